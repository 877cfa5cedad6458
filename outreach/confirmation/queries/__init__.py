"""Reads: lists of the actor's area, the register to look in, and what confirming would do."""

from outreach.confirmation.queries.lists import columns, list_in_scope, lists, mapping_of
from outreach.confirmation.queries.previews import Judged, Preview, names_of, preview

__all__ = [
    "Judged",
    "Preview",
    "columns",
    "list_in_scope",
    "lists",
    "mapping_of",
    "names_of",
    "preview",
]
