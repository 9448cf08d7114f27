"""Reads of rounds, projects and voters."""
