"""Writes about engagements."""
