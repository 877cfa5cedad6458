"""Moves a home's case along the straight way, step by step, as far as the programme leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.assistance import rules as moves
from outreach.assistance import services as recording
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Channel
from outreach.assistance.services import Circumstances, Clash, Help, WrongMove
from outreach.swaps import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where steps come from: the form, where it was filled in, and when."""

    form_id: UUID
    channel: Channel
    happened_at: datetime
    #: Which kind of phone, for the state that asks.
    variant: str | None = None


def state_of(session: orm.Session, household_id: UUID) -> str | None:
    case = assistance.case_of(session, household_id, rules.PROGRAMME, None)
    return case.state if case else None


def go(
    session: orm.Session, household_id: UUID, to: str, told: Told, *, actor: User, now: datetime
) -> bool:
    """Record every step from where the case is to `to`; whether it is there now.

    Each is its own form to the case, since one form moves a case once; the same again changes
    nothing. Where the programme does not lead there, nothing is recorded.
    """
    programme = programmes()[rules.PROGRAMME]
    way = rules.way(programme, state_of(session, household_id), to)
    for code in way or ():
        state = programme.states[code]
        one = Help(
            programme=programme.code,
            to_state=code,
            variant=told.variant if state.asks else None,
            evidence=moves.evidence_for(state, seen=True),
        )
        circumstances = Circumstances(
            form_id=step_form(told.form_id, code),
            channel=told.channel,
            happened_at=told.happened_at,
        )
        try:
            recording.record_steps(
                session, household_id, [one], circumstances, actor=actor, now=now
            )
        except (WrongMove, Clash):  # raised before anything of this step was written
            return False
    return way is not None


def step_form(form_id: UUID, state: str) -> UUID:
    """The form that one step of a hand-over is to its case."""
    return uuid5(form_id, state)
