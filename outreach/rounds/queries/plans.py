"""Reads of rounds: lists, one with its routes, a volunteer's route, the day's board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident, ResidentPhone
from outreach.places.models import Area
from outreach.rounds.models import LeftOut, Planning, Round, Route, State, Stop
from outreach.teams import queries as teams
from outreach.teams.models import Member, Team

PAGE_SIZE = 30
LEFT_OUT_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A round in a list, with its counts."""

    round: Round
    volunteers: int
    stops: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: Sequence[Line]
    total: int
    page: int
    pages: int


def listed(
    session: orm.Session, *, actor: User, team_id: UUID | None = None, page: int = 1
) -> Page:
    """Rounds the actor runs or oversees, newest day first; cancelled ones are left out."""
    mine = [team.id for team in teams.manageable(session, actor)]
    if team_id is not None:
        mine = [id_ for id_ in mine if id_ == team_id]
    chosen = sa.select(Round).where(Round.team_id.in_(mine), Round.state != State.CANCELLED)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rounds = session.scalars(
        chosen.options(orm.joinedload(Round.team), orm.selectinload(Round.areas))
        .order_by(Round.day.desc(), Round.starts, Round.created_at.desc(), Round.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    counts = _counts(session, [r.id for r in rounds])
    return Page([Line(r, *counts.get(r.id, (0, 0))) for r in rounds], total, page, pages)


def _counts(session: orm.Session, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    found = session.execute(
        sa.select(Route.round_id, sa.func.count(sa.distinct(Route.id)), sa.func.count(Stop.id))
        .outerjoin(Stop, Stop.route_id == Route.id)
        .where(Route.round_id.in_(ids))
        .group_by(Route.round_id)
    )
    return {round_id: (routes, stops) for round_id, routes, stops in found}


def in_scope(session: orm.Session, round_id: UUID, *, actor: User) -> Round:
    """The round, team and areas loaded, if the actor runs or oversees its team."""
    found = session.scalar(
        sa.select(Round)
        .where(Round.id == round_id)
        .options(orm.joinedload(Round.team), orm.selectinload(Round.areas))
    )
    if found is None:
        raise NotFound(_("There is no such round, or it is not yours."))
    teams.team_in_scope(session, found.team_id, actor=actor)
    return found


def with_routes(session: orm.Session, round_: Round) -> list[Route]:
    """The round's routes in order, with people, stops, homes and their visitors. Four queries."""
    return list(
        session.scalars(
            sa.select(Route)
            .where(Route.round_id == round_.id)
            .options(
                orm.joinedload(Route.volunteer),
                orm.joinedload(Route.partner),
                orm.selectinload(Route.stops)
                .joinedload(Stop.household)
                .selectinload(Household.visitors),
            )
            .order_by(Route.position)
            .execution_options(populate_existing=True)
        )
    )


def skills(session: orm.Session, round_: Round) -> dict[UUID, tuple[str, ...]]:
    """What each volunteer of the round's team can do."""
    found = session.execute(
        sa.select(Member.user_id, Member.skills).where(Member.team_id == round_.team_id)
    )
    return {user: tuple(known) for user, known in found}


def planning_of(session: orm.Session, round_: Round) -> Planning | None:
    """The wish to plan it, while there is one."""
    return session.scalar(sa.select(Planning).where(Planning.round_id == round_.id))


def is_planning_due(session: orm.Session, *, now: datetime, proposals_only: bool = False) -> bool:
    """Whether some round (or some proposal for one) waits for a planner."""
    waiting = sa.or_(Planning.leased_until.is_(None), Planning.leased_until < now)
    chosen = sa.select(Planning.id).where(waiting)
    if proposals_only:
        chosen = chosen.where(Planning.proposal_id.is_not(None))
    return session.scalar(chosen.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Aside:
    """A page of the homes left out, and how many there are for each reason."""

    rows: Sequence[LeftOut]
    by_reason: dict[str, int]
    total: int
    page: int
    pages: int


def left_out(
    session: orm.Session, round_: Round, *, reason: str | None = None, page: int = 1
) -> Aside:
    """Homes the round does not visit, by address, their homes loaded."""
    counted = session.execute(
        sa.select(LeftOut.reason, sa.func.count())
        .where(LeftOut.round_id == round_.id)
        .group_by(LeftOut.reason)
        .order_by(sa.func.count().desc(), LeftOut.reason)
    )
    by_reason = {name: count for name, count in counted}  # noqa: C416 - rows are not pairs
    chosen = sa.select(LeftOut).where(LeftOut.round_id == round_.id)
    if reason:
        chosen = chosen.where(LeftOut.reason == reason)
    total = by_reason.get(reason, 0) if reason else sum(by_reason.values())
    pages = max(1, -(-total // LEFT_OUT_PAGE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        chosen.join(LeftOut.household)
        .options(orm.contains_eager(LeftOut.household).joinedload(Household.area))
        .order_by(Household.sort_key, LeftOut.id)
        .limit(LEFT_OUT_PAGE)
        .offset((page - 1) * LEFT_OUT_PAGE)
    ).all()
    return Aside(rows, by_reason, total, page, pages)


def areas_offered(session: orm.Session, team: Team) -> list[Area]:
    """The neighbourhoods a team may plan for: its own, or those of its commune."""
    return teams.neighbourhoods_of(session, team)


def homes_by_area(session: orm.Session, areas: Sequence[Area]) -> dict[UUID, tuple[int, int]]:
    """For each area's subtree: its homes, and how many of them have a point. One query each."""
    found = {}
    for area in areas:
        homes, points = session.execute(
            sa.select(sa.func.count(Household.id), sa.func.count(Household.latitude)).where(
                Household.archived_at.is_(None),
                Household.area_id.in_(sa.select(Area.id).where(scopes.below(area))),
            )
        ).one()
        found[area.id] = (homes, points)
    return found


def sessions_of_day(
    session: orm.Session, user_ids: Sequence[UUID], day: date, *, but: UUID | None = None
) -> list[tuple[UUID, Round]]:
    """(volunteer, round) of living rounds of that day these people are on already."""
    found = session.execute(
        sa.select(Route.volunteer_id, Route.partner_id, Round)
        .join(Round, Round.id == Route.round_id)
        .where(
            sa.or_(Route.volunteer_id.in_(user_ids), Route.partner_id.in_(user_ids)),
            Round.day == day,
            Round.id != but if but else sa.true(),
            Round.published_at.is_not(None),
            Round.state.in_([State.PUBLISHED, State.PLANNING]),
            Route.absent_at.is_(None),
        )
    )
    asked = set(user_ids)
    return [
        (user, round_) for one, other, round_ in found for user in (one, other) if user in asked
    ]


def _seen() -> sa.ColumnElement[bool]:
    """Rounds that volunteers see."""
    return sa.and_(
        Round.published_at.is_not(None),
        Round.state.in_([State.PUBLISHED, State.PLANNING, State.CLOSED]),
    )


def routes_of(session: orm.Session, volunteer_id: UUID, day: date) -> list[Route]:
    """A volunteer's published routes of a day, earliest first: five queries however many stops.

    Loaded: round, team and area; stops with homes, areas, residents and phones.
    """
    return list(
        session.scalars(
            sa.select(Route)
            .join(Route.round)
            .where(Route.walked_by(volunteer_id), Round.day == day, _seen())
            .options(
                orm.contains_eager(Route.round).joinedload(Round.team).joinedload(Team.area),
                orm.selectinload(Route.stops)
                .joinedload(Stop.household)
                .options(
                    orm.joinedload(Household.area),
                    orm.selectinload(Household.residents)
                    .selectinload(Resident.phones)
                    .joinedload(ResidentPhone.contact_point),
                ),
            )
            .order_by(Route.starts, Route.id)
        )
    )


def route_of(session: orm.Session, volunteer_id: UUID, day: date) -> Route | None:
    """As `routes_of`, the first that is not closed (else the last); None without any."""
    routes = routes_of(session, volunteer_id, day)
    going = [route for route in routes if route.round.state is not State.CLOSED]
    return going[0] if going else (routes[-1] if routes else None)


def board(
    session: orm.Session, day: date, *, team: Team | None = None, area: Area | None = None
) -> list[Round]:
    """The published rounds of a day, of one team or of an area's subtree, for following it.

    Loaded: team, routes with volunteers, stops with homes. Four queries.
    """
    chosen = sa.select(Round).join(Round.team).where(Round.day == day, _seen())
    if team is not None:
        chosen = chosen.where(Round.team_id == team.id)
    if area is not None:
        chosen = chosen.where(Team.area_id.in_(sa.select(Area.id).where(scopes.below(area))))
    return list(
        session.scalars(
            chosen.options(
                orm.contains_eager(Round.team),
                orm.selectinload(Round.routes).options(
                    orm.joinedload(Route.volunteer),
                    orm.joinedload(Route.partner),
                    orm.selectinload(Route.stops).joinedload(Stop.household),
                ),
            ).order_by(Round.starts, Team.sort_key, Round.id)
        )
    )
