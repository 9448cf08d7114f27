"""What officers do with the register."""
