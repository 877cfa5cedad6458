"""Phones with serial numbers: what is there, in whose hands, and how each came to be there."""
