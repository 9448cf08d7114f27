"""Writes to the register of bodies."""
