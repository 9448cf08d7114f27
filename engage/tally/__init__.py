"""Counting rules for participatory budgeting: plain Python that an auditor can read alone."""
