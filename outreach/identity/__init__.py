"""Recognising the same person across teams and partners without keeping who they are."""
