"""Reads of the approved list and of hand-over records."""

from outreach.swaps.queries.approvals import (
    Wanted,
    active_of,
    approval_in_scope,
    approvals,
    devices_to_set_aside,
    given_to,
    homes_by_code,
    open_approvals,
)
from outreach.swaps.queries.records import (
    Page,
    by_receipt,
    listed,
    swap_in_scope,
    to_review,
    today_of,
)

__all__ = [
    "Page",
    "Wanted",
    "active_of",
    "approval_in_scope",
    "approvals",
    "by_receipt",
    "devices_to_set_aside",
    "given_to",
    "homes_by_code",
    "listed",
    "open_approvals",
    "swap_in_scope",
    "to_review",
    "today_of",
]
