"""The only writers of the outbox: wishes, sending, settling, receipts, opt-outs."""

from outreach.messaging.services.holding import hold, is_due
from outreach.messaging.services.moves import move
from outreach.messaging.services.outbox import cancel, want, want_exactly
from outreach.messaging.services.receipts import take_receipt
from outreach.messaging.services.sending import (
    Outcome,
    claim,
    prepare,
    record,
    release_unsent,
)
from outreach.messaging.services.settling import record_books, record_news, to_ask, to_settle
from outreach.messaging.services.suppressions import lift, opt_out, suppress
from outreach.messaging.wishes import Wish

__all__ = [
    "Outcome",
    "Wish",
    "cancel",
    "claim",
    "hold",
    "is_due",
    "lift",
    "move",
    "opt_out",
    "prepare",
    "record",
    "record_books",
    "record_news",
    "release_unsent",
    "suppress",
    "take_receipt",
    "to_ask",
    "to_settle",
    "want",
    "want_exactly",
]
