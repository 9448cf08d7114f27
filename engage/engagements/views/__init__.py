"""The pages about engagements."""
