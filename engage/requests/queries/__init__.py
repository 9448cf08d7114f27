"""Reads of participation requests and of the yearly report."""
