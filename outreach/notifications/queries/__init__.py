"""Reads for texts, answers and calls."""
