"""Procedures helped with at home: whose turn it is, for the office and for the resident."""
