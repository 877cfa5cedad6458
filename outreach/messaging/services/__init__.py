"""The only writers of the outbox: wishes, sending, settling, receipts, opt-outs."""

from outreach.messaging.services.claiming import Claimed, Terms, claim, prepare
from outreach.messaging.services.communes import set_habits
from outreach.messaging.services.health import choose, counted, note_answers
from outreach.messaging.services.holding import hold, is_due
from outreach.messaging.services.moves import move
from outreach.messaging.services.outbox import cancel, want, want_exactly
from outreach.messaging.services.receipts import take_receipt
from outreach.messaging.services.sending import (
    Outcome,
    record,
    release_unsent,
)
from outreach.messaging.services.settling import record_books, record_news, to_ask, to_settle
from outreach.messaging.services.suppressions import lift, opt_out
from outreach.messaging.wishes import Wish

__all__ = [
    "Claimed",
    "Outcome",
    "Terms",
    "Wish",
    "cancel",
    "choose",
    "claim",
    "counted",
    "hold",
    "is_due",
    "lift",
    "move",
    "note_answers",
    "opt_out",
    "prepare",
    "record",
    "record_books",
    "record_news",
    "release_unsent",
    "set_habits",
    "take_receipt",
    "to_ask",
    "to_settle",
    "want",
    "want_exactly",
]
