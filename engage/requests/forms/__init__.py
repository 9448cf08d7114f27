"""What the pages of participation requests ask."""
