"""Whose turn it is in a procedure, and whether it is late. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PROGRAMME = "tthc_assist"


class Turn(enum.StrEnum):
    """Who has to do something for a procedure to go on."""

    RESIDENT = "resident"
    TEAM = "team"
    OFFICE = "office"
    NOBODY = "nobody"


#: By state; what an administrator adds is the team's until somebody says otherwise.
TURNS: Mapping[str, Turn] = {
    "requested": Turn.TEAM,
    "home_visit_set": Turn.TEAM,
    "papers_ready": Turn.TEAM,
    "submitted": Turn.OFFICE,
    "supplement_requested": Turn.RESIDENT,
    "resubmitted": Turn.OFFICE,
    "processing": Turn.OFFICE,
    "overdue": Turn.OFFICE,
    "result_ready": Turn.TEAM,
    "delivered": Turn.TEAM,
    "closed": Turn.NOBODY,
    "refused_by_office": Turn.RESIDENT,
    "withdrawn": Turn.NOBODY,
}
#: States in which papers are gathered: what is missing matters.
GATHERING = frozenset(
    {"requested", "home_visit_set", "papers_ready", "supplement_requested", "refused_by_office"}
)
#: States in which the office is to give a result, so that its date counts.
AWAITED = frozenset({"submitted", "resubmitted", "processing", "overdue", "supplement_requested"})


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that a procedure needs."""

    name: str
    got: bool = False


def turn(state: str | None) -> Turn:
    """Whose turn it is in a state."""
    return TURNS.get(state or "", Turn.TEAM)


def states_of(wanted: Turn) -> list[str]:
    """The states in which it is somebody's turn."""
    return [state for state, who in TURNS.items() if who is wanted]


def due(typed: Mapping[str, str]) -> date | None:
    """The day the result is due, as the receipt says; None where nobody typed it."""
    try:
        return date.fromisoformat(typed.get("due_at", ""))
    except ValueError:
        return None


def is_late(state: str | None, due_on: date | None, today: date) -> bool:
    """Whether the office has missed the day it named."""
    return due_on is not None and state in AWAITED and due_on < today
