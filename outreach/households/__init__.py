"""Homes, the people in them, the phones they share, their consents, and the import of lists."""
