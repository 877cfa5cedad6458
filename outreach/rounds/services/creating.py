"""Makes a round for a day, with its areas and the people who walk it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.places.models import Area
from outreach.rounds import limits, queries, rules
from outreach.rounds.models import Round, Route, State
from outreach.rounds.queries import candidates
from outreach.routing.walking import DETOUR_FACTOR
from outreach.teams import queries as teams
from outreach.teams.models import Team


@dataclass(frozen=True, slots=True)
class Wish:
    """What a leader chose. Times are minutes since midnight."""

    team_id: UUID
    day: date
    starts: int
    ends: int
    area_ids: tuple[UUID, ...]
    #: User ids.
    volunteer_ids: tuple[UUID, ...]
    instructions: str = ""
    #: Who goes together: user ids. A pair walks one route.
    pairs: tuple[tuple[UUID, UUID], ...] = ()

    @property
    def everybody(self) -> frozenset[UUID]:
        """Those who go, alone or in a pair."""
        return frozenset(self.volunteer_ids) | {one for pair in self.pairs for one in pair}


def create(
    session: orm.Session, wish: Wish, *, actor: User, now: datetime, zone: ZoneInfo
) -> Round:
    """A draft round: one route without stops for each person who can come. See `drafted`."""
    round_ = drafted(session, wish, actor=actor, now=now, zone=zone)
    session.add(round_)
    audit.record(
        session, actor=actor, action="round.created", subject=round_, now=now,
        team_id=round_.team.id, day=wish.day, people=len(round_.routes), areas=len(round_.areas),
    )  # fmt: skip
    return round_


def drafted(
    session: orm.Session, wish: Wish, *, actor: User, now: datetime, zone: ZoneInfo
) -> Round:
    """The same round outside the session: to ask the planner about, or to add.

    Raises `Refusal` for a day that cannot be planned, foreign areas, people who cannot come, or
    areas in which no home has a point.
    """
    team = teams.team_in_scope(session, wish.team_id, actor=actor)
    if not rules.may_be_planned_for(wish.day, now.astimezone(zone).date()):
        raise Refusal(_("Choose a day from today on, within the next 60 days."))
    if not 0 <= wish.starts < wish.ends <= 24 * 60:
        raise Refusal(_("The session must end after it begins."))
    areas = _areas(session, team, wish)
    people = _people(session, team, wish)
    return Round(
        id=uuid.uuid4(),
        team_id=team.id,
        team=team,
        day=wish.day,
        starts=wish.starts,
        ends=wish.ends,
        state=State.DRAFT,
        visit_minutes=12,
        detour_factor=DETOUR_FACTOR,
        areas=areas,
        instructions=wish.instructions,
        created_by_id=actor.id,
        created_at=now,
        changed_at=now,
        routes=_routes(people, wish.pairs, _start(session, team, areas)),
    )


def _areas(session: orm.Session, team: Team, wish: Wish) -> list[Area]:
    offered = {area.id: area for area in queries.areas_offered(session, team)}
    chosen = [offered[id_] for id_ in wish.area_ids if id_ in offered]
    if not chosen or len(chosen) != len(set(wish.area_ids)):
        raise Refusal(_("Choose at least one neighbourhood of the team."))
    return chosen


def _people(session: orm.Session, team: Team, wish: Wish) -> list[queries.Person]:
    during = rules.Hours(wish.starts, wish.ends)
    able = queries.people(session, team, wish.day, during)
    chosen = [person for person in able if person.member.user_id in wish.everybody]
    if not chosen:
        raise Refusal(_("Choose at least one person who can come."))
    if len(chosen) != len(wish.everybody):
        raise Refusal(_("Somebody you chose can no longer come. Please look again."))
    return chosen


def _start(session: orm.Session, team: Team, areas: list[Area]) -> tuple[float, float]:
    if team.start_latitude is not None and team.start_longitude is not None:
        return team.start_latitude, team.start_longitude
    middle = candidates.middle(session, areas)
    if middle is None:
        raise Refusal(_("No home there has a point on the map yet, so nothing can be planned."))
    return middle


def _routes(
    people: Sequence[queries.Person],
    pairs: Sequence[tuple[UUID, UUID]],
    start: tuple[float, float],
) -> list[Route]:
    """One for each person alone and one for each pair, in the order of names."""
    known = {person.member.user_id: person for person in people}
    together: dict[UUID, UUID] = {}
    for one, other in pairs:
        if one == other or {one, other} & together.keys():
            raise Refusal(_("Somebody can be in one pair only, with somebody else."))
        together |= {one: other, other: one}
    routes: list[Route] = []
    for id_, person in known.items():
        partner = known[together[id_]] if id_ in together else None
        if partner is None or list(known).index(id_) < list(known).index(together[id_]):
            routes.append(_route(len(routes), person, partner, start))
    return routes


def _route(
    number: int,
    person: queries.Person,
    partner: queries.Person | None,
    start: tuple[float, float],
) -> Route:
    hours = person.hours
    if partner is not None:
        both = rules.within(hours.starts, hours.ends, partner.hours)
        if both is None:
            raise Refusal(
                _(
                    "%(one)s and %(other)s cannot come at the same time, so they cannot go "
                    "together.",
                    one=person.member.user.name,
                    other=partner.member.user.name,
                )
            )
        hours = both
    return Route(
        volunteer=person.member.user,
        partner=partner.member.user if partner else None,
        position=number,
        starts=hours.starts,
        ends=hours.ends,
        start_latitude=start[0],
        start_longitude=start[1],
        locked=False,
        walking_s=0,
        service_s=0,
        waiting_s=0,
        **limits.shared([person.member, *([partner.member] if partner else [])], hours),
    )
