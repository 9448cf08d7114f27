"""Reads that span slices: what is open, what waits on a desk, what became of a reference."""
