"""Reads for the phone: what is stored from it, what it may change, and what waits for leaders."""

from outreach.phone.queries.door import (
    Near,
    home_at_door,
    homes_like,
    near,
    person_at_door,
    results_of,
)
from outreach.phone.queries.ending import Ending, ending
from outreach.phone.queries.kept import Kept, device_to_relay, receipts
from outreach.phone.queries.review import (
    Review,
    found_in_scope,
    has_cases,
    late_in_scope,
    review,
)

__all__ = [
    "Ending",
    "Kept",
    "Near",
    "Review",
    "device_to_relay",
    "ending",
    "found_in_scope",
    "has_cases",
    "home_at_door",
    "homes_like",
    "late_in_scope",
    "near",
    "person_at_door",
    "receipts",
    "results_of",
    "review",
]
