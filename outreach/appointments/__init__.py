"""Agreed windows in which a resident is helped, and their visit codes."""
