"""The only writers of turf: proposing a cut, accepting it, whose it is, keeping it whole."""

from outreach.turf.services.keeping import MOST_HOURS, accept, assign, keep_for
from outreach.turf.services.proposing import (
    AT_ONCE,
    MOST_TURFS,
    Wish,
    discard,
    propose,
    propose_drawn,
    settle_open,
)
from outreach.turf.services.refreshing import counted, look, put_in, refresh
from outreach.turf.services.working import ask, beat, claim, store

__all__ = [
    "AT_ONCE",
    "MOST_HOURS",
    "MOST_TURFS",
    "Wish",
    "accept",
    "ask",
    "assign",
    "beat",
    "claim",
    "counted",
    "discard",
    "keep_for",
    "look",
    "propose",
    "propose_drawn",
    "put_in",
    "refresh",
    "settle_open",
    "store",
]
