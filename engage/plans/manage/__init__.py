"""What officers do with plans."""
