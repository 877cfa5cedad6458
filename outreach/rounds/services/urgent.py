"""Where an urgent home would go: read by a page whose one press then adds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import queries as appointments
from outreach.rounds.models import Round, Route
from outreach.rounds.queries import candidates, wanted_visits
from outreach.rounds.services.edits import fitting
from outreach.rounds.services.timing import Picture, seconds_into
from outreach.teams import queries as teams


@dataclass(frozen=True, slots=True)
class Offer:
    """A round that covers the home: who would go, or why nobody can."""

    round: Round
    route: Route | None
    #: Minutes of walking and waiting it would add to the route.
    minutes: int
    #: Whose list it is on already.
    held_by: Route | None = None
    #: Whether it would break somebody's hours or promises: nobody has that time to spare.
    too_much: bool = False


def offers(
    session: orm.Session, household_id: UUID, *, actor: User, now: datetime, zone: ZoneInfo
) -> list[Offer]:
    """Rounds of the actor's teams, today's and tomorrow's, that could take it in. Reads only.

    `NotFound` when the home is none of the actor's business.
    """
    home = appointments.household_in_scope(session, household_id, actor=actor)
    today = now.astimezone(zone).date()
    found = []
    for day in (today, today + timedelta(days=1)):
        offered = [
            _offer(session, round_, household_id, now=now, zone=zone)
            for round_ in wanted_visits.rounds_around(session, home, day)
            if teams.runs(session, round_.team_id, actor=actor)
            and (seconds_into(round_, now, zone) or 0) < round_.ends * 60
        ]
        found += _of_day(offered)
    return found


def _of_day(offered: list[Offer]) -> list[Offer]:
    """Who has the home on a published list has it alone; what somebody took is not added to."""
    holding = [one for one in offered if one.held_by and one.round.published_at]
    return holding or [one for one in offered if one.held_by or one.round.lease_until is None]


def _offer(
    session: orm.Session, round_: Round, household_id: UUID, *, now: datetime, zone: ZoneInfo
) -> Offer:
    picture = Picture(session, round_, now=now, zone=zone)
    held = next((s.route for s in picture.stops() if s.household_id == household_id), None)
    if held is not None:
        return Offer(round_, None, 0, held)
    known = candidates.of_homes(session, round_, [household_id], zone=zone)
    if household_id not in known:
        return Offer(round_, None, 0)
    best = fitting(picture, known[household_id])
    anyhow = best or fitting(picture, known[household_id], anyhow=True)
    if anyhow is None:
        return Offer(round_, None, 0)
    return Offer(round_, anyhow[0], round(anyhow[1]), too_much=best is None)
