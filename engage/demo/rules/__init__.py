"""Strathlyle in plain values: its map, its people, its groups and what they say."""
