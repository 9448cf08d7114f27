"""Reads of the register of bodies."""
