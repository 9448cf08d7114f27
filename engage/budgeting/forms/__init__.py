"""What the pages of a round ask."""
