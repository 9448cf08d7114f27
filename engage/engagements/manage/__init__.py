"""What officers do with engagements."""
