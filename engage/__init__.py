"""Engage involves people in the decisions of a Scottish community planning partnership."""
