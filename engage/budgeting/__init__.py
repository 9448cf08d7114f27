"""Participatory budgeting: rounds, proposals, the ballot box, the count, the result."""
