"""Use cases: partners and clerks kept by the office, hand-overs, and what clerks do."""

from outreach.partners.services.clerks import open_slip, record, take_back_own
from outreach.partners.services.handing import end_hand_over, hand_over
from outreach.partners.services.office import Facts, add, add_clerk, edit, end

__all__ = [
    "Facts",
    "add",
    "add_clerk",
    "edit",
    "end",
    "end_hand_over",
    "hand_over",
    "open_slip",
    "record",
    "take_back_own",
]
