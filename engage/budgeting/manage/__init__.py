"""What officers do with a round."""
