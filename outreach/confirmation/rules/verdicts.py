"""Whether a list may confirm somebody's state, and if not, why. Pure.

An agency knows what happened at its own counter, so a list may jump over the states between: from
"wants an account" to "account opened". It never leads a case back, nor by way of a side state.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date

from outreach.assistance import rules
from outreach.assistance.definitions import Programme
from outreach.assistance.models import Evidence
from outreach.assistance.rules import Standing


class Verdict(enum.StrEnum):
    """What becomes of a line whose resident is known."""

    CONFIRM = "confirm"
    #: The state is confirmed already.
    ALREADY = "already"
    #: The case has gone further since.
    FURTHER = "further"
    #: The programme does not lead there from where the case is.
    NO_WAY = "no_way"
    TOO_YOUNG = "too_young"
    #: What the home has cannot do this: a 4G feature phone.
    BARRED = "barred"


def verdict(
    programme: Programme,
    to_state: str,
    standing: Standing | None,
    *,
    home: Iterable[Standing] = (),
    birth_year: int | None = None,
    on: date,
) -> Verdict:
    """What a list that says `to_state` does for a case that stands here."""
    if not rules.eligible(programme, birth_year, on):
        return Verdict.TOO_YOUNG
    if to_state in rules.barred(programme, home):
        return Verdict.BARRED
    at = standing.state if standing else None
    if standing and at == to_state:
        known = standing.evidence is Evidence.CONFIRMED and not standing.stopped
        return Verdict.ALREADY if known else Verdict.CONFIRM
    if leads(programme, at, to_state):
        return Verdict.CONFIRM
    return Verdict.FURTHER if leads(programme, to_state, at or "") else Verdict.NO_WAY


def leads(programme: Programme, at: str | None, to_state: str) -> bool:
    """Whether a case can come from there to here on the straight way, in any number of moves."""
    known = programme.states.get(at or "")
    todo = list(known.next if known else programme.opens)
    if known is None:  # a first step may be any state that can be come to
        return to_state in programme.states
    seen: set[str] = set()
    while todo:
        code = todo.pop()
        if code == to_state:
            return True
        if code not in seen and code in programme.states and not programme.states[code].side:
            seen.add(code)
            todo += programme.states[code].next
    return False
