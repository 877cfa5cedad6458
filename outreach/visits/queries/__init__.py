"""Reads of routes as their volunteers see them, and of reports; each in constant queries."""

from outreach.visits.queries.card import StopCard, cards_of, stop_card
from outreach.visits.queries.day import Day, DayStop, day_of, next_stop
from outreach.visits.queries.late import AtStop, Stored, promised_at, stored
from outreach.visits.queries.listing import Page, Told, Wanted, history, listed, told
from outreach.visits.queries.progress import RouteProgress, StopProgress, progress
from outreach.visits.queries.reporting import (
    outcomes_at,
    report_to_undo,
    reports_between,
    stop_to_report,
    volunteer_in_scope,
)

__all__ = [
    "AtStop",
    "Day",
    "DayStop",
    "Page",
    "RouteProgress",
    "StopCard",
    "StopProgress",
    "Stored",
    "Told",
    "Wanted",
    "cards_of",
    "day_of",
    "history",
    "listed",
    "next_stop",
    "outcomes_at",
    "progress",
    "promised_at",
    "report_to_undo",
    "reports_between",
    "stop_card",
    "stop_to_report",
    "stored",
    "told",
    "volunteer_in_scope",
]
