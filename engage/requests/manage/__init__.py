"""What officers do with participation requests."""
