"""Pure decisions: the moves of a message, trying again, and the channel to use."""

from outreach.messaging.rules.moves import (
    ASK_AFTER,
    BY_A_PERSON,
    CLOCKS_DIFFER,
    FINAL,
    GIVE_UP_AFTER,
    LEASE,
    LOOK_AGAIN_AFTER,
    MOVES,
    NOT_TAKEN_AFTER,
    REACHED,
    SETTLE_AFTER,
    SPARE,
    UNSENT,
    UNTOLD,
    may_move,
    next_question,
)
from outreach.messaging.rules.retries import OURS, Retry, class_of, wait_before_retry

__all__ = [
    "ASK_AFTER",
    "BY_A_PERSON",
    "CLOCKS_DIFFER",
    "FINAL",
    "GIVE_UP_AFTER",
    "LEASE",
    "LOOK_AGAIN_AFTER",
    "MOVES",
    "NOT_TAKEN_AFTER",
    "OURS",
    "REACHED",
    "SETTLE_AFTER",
    "SPARE",
    "UNSENT",
    "UNTOLD",
    "Retry",
    "class_of",
    "may_move",
    "next_question",
    "wait_before_retry",
]
