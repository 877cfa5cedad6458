"""Reads of cases, steps, pillars and needs, each in a constant number of queries."""

from outreach.assistance.priority import Need
from outreach.assistance.queries.homes import (
    HomeHelp,
    PersonHelp,
    ProgrammeHelp,
    cards,
    case_in_scope,
    case_of,
    helps_of_homes,
    household_in_scope,
    of_case,
    step_in_scope,
    steps_of,
    steps_of_reports,
)
from outreach.assistance.queries.needs import needs, standings
from outreach.assistance.queries.worklist import (
    Count,
    Funnel,
    Page,
    Wanted,
    counted,
    funnel,
    worklist,
)

__all__ = [
    "Count",
    "Funnel",
    "HomeHelp",
    "Need",
    "Page",
    "PersonHelp",
    "ProgrammeHelp",
    "Wanted",
    "cards",
    "case_in_scope",
    "case_of",
    "counted",
    "funnel",
    "helps_of_homes",
    "household_in_scope",
    "needs",
    "of_case",
    "standings",
    "step_in_scope",
    "steps_of",
    "steps_of_reports",
    "worklist",
]
