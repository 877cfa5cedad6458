"""HTTP for swaps: the approved list, hand-over records on paper, what a leader decides."""

from outreach.swaps.views import approvals, records
from outreach.swaps.views.blueprint import bp

__all__ = ["approvals", "bp", "records"]
