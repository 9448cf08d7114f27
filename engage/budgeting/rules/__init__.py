"""Plain rules of rounds and ballots."""
