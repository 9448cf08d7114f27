"""Participation requests (Part 3 of the Act): made, decided, carried out, and reported."""
