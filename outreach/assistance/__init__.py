"""Programmes as data, and each resident's progress in them."""
