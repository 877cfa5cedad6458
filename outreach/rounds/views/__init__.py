"""Pages of rounds: planning step by step, following the plan, changing it by hand."""

from outreach.rounds.views import (
    board,
    changes,
    claims,
    due,
    edits,
    pages,
    paper,
    people,
    proposals,
    wizard,
)
from outreach.rounds.views.blueprint import bp

__all__ = [
    "board",
    "bp",
    "changes",
    "claims",
    "due",
    "edits",
    "pages",
    "paper",
    "people",
    "proposals",
    "wizard",
]
