"""What nobody could do, found before anything is planned: read by the wizard, which says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.households.models import Household
from outreach.rounds import queries, questions
from outreach.rounds.models import Round
from outreach.rounds.queries import candidates
from outreach.rounds.queries.candidates import Candidate
from outreach.rounds.questions import Home, Missed, Question
from outreach.rounds.services.timing import walker_of
from outreach.routing import demands


@dataclass(frozen=True, slots=True)
class Impossible:
    """A home that none of the chosen people could visit, or not besides the other promises."""

    home: Household
    missed: Missed
    #: Somebody was promised this visit.
    promised: bool
    #: When it was to begin, in seconds of the day.
    window: tuple[int, int] | None


def foreseen(
    session: orm.Session, round_: Round, *, now: datetime, zone: ZoneInfo
) -> list[Impossible]:
    """Demands that this round cannot meet whatever is planned, promised ones first. Reads only.

    `round_` may be one of `drafted`, outside the session. Only homes that ask for something are
    looked at: hours, a skill, safety, a promise.
    """
    found = candidates.of_round(session, round_, zone=zone, now=now)
    asking = [one for one in found.taken if _asks(one.home)]
    left = _impossible(session, round_, asking)
    homes = queries.homes_of(session, [UUID(id_) for id_ in left])
    rows = [
        Impossible(homes[UUID(one.home.id)], left[one.home.id], one.home.required, _told(one))
        for one in asking
        if one.home.id in left
    ]
    return sorted(rows, key=lambda row: (not row.promised, row.missed.reason, row.home.sort_key))


def _asks(home: Home) -> bool:
    safe = home.never_alone or home.only or home.dark_s is not None
    return bool(home.required or safe or home.skill or questions.window(home))


def _told(one: Candidate) -> tuple[int, int] | None:
    opens, closes = one.home.opens_s, one.home.closes_s
    if one.appointment_id is None or opens is None or closes is None:
        return None
    return opens, closes


def _impossible(session: orm.Session, round_: Round, asking: list[Candidate]) -> dict[str, Missed]:
    known = queries.skills(session, round_)
    question = Question(
        homes=tuple(one.home for one in asking),
        walkers=tuple(walker_of(route, known) for route in round_.routes),
        detour_factor=round_.detour_factor,
    )
    asked = questions.instance(question)
    homes = {one.home.id: one.home for one in asking}
    alone = (demands.impossible(asked, household) for household in asked.households)
    found = [*alone, *demands.clashing(asked)]
    return {
        left.household: questions.missed(left, homes[left.household])
        for left in found
        if left is not None
    }
