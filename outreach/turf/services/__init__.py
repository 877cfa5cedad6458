"""The only writers of turf: proposing a cut, accepting it, whose it is, keeping it whole."""

from outreach.turf.services.keeping import MOST_HOURS, accept, assign, keep_for, refresh
from outreach.turf.services.proposing import (
    MOST_TURFS,
    Wish,
    discard,
    propose,
    propose_drawn,
    settle_open,
)

__all__ = [
    "MOST_HOURS",
    "MOST_TURFS",
    "Wish",
    "accept",
    "assign",
    "discard",
    "keep_for",
    "propose",
    "propose_drawn",
    "refresh",
    "settle_open",
]
