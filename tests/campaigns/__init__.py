"""Whole elections of real size, cast through the application's own pages."""
