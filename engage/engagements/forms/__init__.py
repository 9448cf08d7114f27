"""What the pages about engagements ask."""
