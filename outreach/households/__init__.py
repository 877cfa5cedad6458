"""Homes, the residents in them, the phones they share and what they agreed to."""
