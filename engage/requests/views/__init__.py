"""Participation requests for everybody, and for the group that made one."""
