"""The only writers of visit reports: storing one, taking one back."""

from outreach.visits.services.reports import Receipt, Reused, VisitReport, log_visit
from outreach.visits.services.undoing import Undone, recall_report, roll_back, undo_report

__all__ = [
    "Receipt",
    "Reused",
    "Undone",
    "VisitReport",
    "log_visit",
    "recall_report",
    "roll_back",
    "undo_report",
]
