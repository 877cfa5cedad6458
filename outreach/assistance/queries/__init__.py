"""Reads of cases, steps, pillars and needs, each in a constant number of queries."""

from outreach.assistance.priority import Need
from outreach.assistance.queries.cases import (
    case_in_scope,
    case_of,
    of_case,
    step_in_scope,
    steps_of,
    steps_of_reports,
)
from outreach.assistance.queries.deadlines import (
    MOST_COUNTED,
    Asked,
    Entry,
    Listed,
    Mark,
    Urgency,
    Worklist,
    clocks_of,
    due,
    due_of_homes,
)
from outreach.assistance.queries.deadlines import counts as due_counts
from outreach.assistance.queries.homes import (
    HomeHelp,
    PersonHelp,
    ProgrammeHelp,
    cards,
    helps_of_homes,
    household_in_scope,
)
from outreach.assistance.queries.needs import needs, standings
from outreach.assistance.queries.pillars import AreaCard, Tally, area_card
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
    "MOST_COUNTED",
    "AreaCard",
    "Asked",
    "Count",
    "Entry",
    "Funnel",
    "HomeHelp",
    "Listed",
    "Mark",
    "Need",
    "Page",
    "PersonHelp",
    "ProgrammeHelp",
    "Tally",
    "Urgency",
    "Wanted",
    "Worklist",
    "area_card",
    "cards",
    "case_in_scope",
    "case_of",
    "clocks_of",
    "counted",
    "due",
    "due_counts",
    "due_of_homes",
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
