"""The only writers of approvals and hand-over records."""

from outreach.swaps.services.approving import (
    Entitlement,
    NotEntitled,
    approve,
    set_aside,
    withdraw,
)
from outreach.swaps.services.handing_over import HandOver, hand_over
from outreach.swaps.services.returning import take_back_faulty
from outreach.swaps.services.reviewing import keep, void

__all__ = [
    "Entitlement",
    "HandOver",
    "NotEntitled",
    "approve",
    "hand_over",
    "keep",
    "set_aside",
    "take_back_faulty",
    "void",
    "withdraw",
]
