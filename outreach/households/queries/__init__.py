"""Reads of homes, people, phones and consents. Every one is told whose eyes it reads for."""

from outreach.households.queries.card import Card, Line, PhoneLine, card
from outreach.households.queries.consents import agreed, consents_of, phone_in_scope
from outreach.households.queries.edits import clash_in_scope, clashes, edits_of
from outreach.households.queries.register import (
    PAGE,
    Filters,
    Page,
    count_in,
    household_in_scope,
    page,
    resident_in_scope,
)
from outreach.households.queries.visitors import only_visitors, possible_visitors

__all__ = [
    "PAGE",
    "Card",
    "Filters",
    "Line",
    "Page",
    "PhoneLine",
    "agreed",
    "card",
    "clash_in_scope",
    "clashes",
    "consents_of",
    "count_in",
    "edits_of",
    "household_in_scope",
    "only_visitors",
    "page",
    "phone_in_scope",
    "possible_visitors",
    "resident_in_scope",
]
