"""What the pages about bodies ask."""
