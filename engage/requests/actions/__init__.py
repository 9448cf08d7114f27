"""What is done with a participation request."""
