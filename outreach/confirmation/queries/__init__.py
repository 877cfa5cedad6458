"""Reads: lists of the actor's area, the register to look in, and what confirming would do."""

from outreach.confirmation.queries.lists import columns, list_in_scope, lists, mapping_of
from outreach.confirmation.queries.previews import Judged, Looked, Preview, look, names_of, preview

__all__ = [
    "Judged",
    "Looked",
    "Preview",
    "columns",
    "list_in_scope",
    "lists",
    "look",
    "mapping_of",
    "names_of",
    "preview",
]
