"""Reads of turf: a team's territories, the homes to cut, proposals, and whose a home is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.teams import queries as teams
from outreach.teams.models import Member, Team
from outreach.turf.models import Turf, TurfHolder, TurfHome
from outreach.turf.queries.cuts import areas_cut

#: Points drawn on a map.
MOST_POINTS = 6000
#: Homes asked for in one statement.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One territory in a list."""

    turf: Turf
    homes: int


def turfs_of(session: orm.Session, team: Team) -> list[Turf]:
    """A team's living territories in order, holders and their users loaded. Two queries."""
    found = session.scalars(
        sa.select(Turf)
        .where(Turf.team_id == team.id, Turf.ended_at.is_(None))
        .options(orm.selectinload(Turf.holders).joinedload(TurfHolder.user))
        .order_by(Turf.number, Turf.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def lines(session: orm.Session, team: Team) -> list[Line]:
    """The territories with how many homes each has. Three queries."""
    rows = session.execute(
        sa.select(TurfHome.turf_id, sa.func.count())
        .join(TurfHome.household)
        .where(TurfHome.team_id == team.id, Household.archived_at.is_(None))
        .group_by(TurfHome.turf_id)
    )
    counts: dict[UUID, int] = {turf_id: n for turf_id, n in rows}  # noqa: C416 - rows, not pairs
    return [Line(turf, counts.get(turf.id, 0)) for turf in turfs_of(session, team)]


def in_scope(session: orm.Session, turf_id: UUID, *, actor: User) -> Turf:
    """The living territory, its team loaded, if the actor runs or oversees the team."""
    found = session.scalar(
        sa.select(Turf)
        .where(Turf.id == turf_id, Turf.ended_at.is_(None))
        .options(orm.joinedload(Turf.team), orm.selectinload(Turf.holders))
    )
    if found is None:
        raise NotFound(_("There is no such turf, or it is not yours."))
    teams.team_in_scope(session, found.team_id, actor=actor)
    return found


def home_count(session: orm.Session, areas: Sequence[Area]) -> int:
    """How many homes of these neighbourhoods are not archived."""
    inside = sa.select(Area.id).where(sa.or_(sa.false(), *(scopes.below(area) for area in areas)))
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(Household)
        .where(Household.archived_at.is_(None), Household.area_id.in_(inside))
    )
    return count or 0


@dataclass(frozen=True, slots=True)
class Home:
    """A home to be put into a territory."""

    id: UUID
    #: Number of its neighbourhood among those asked for.
    unit: int
    latitude: float | None
    longitude: float | None
    #: The territory it is in now.
    turf_id: UUID | None

    @property
    def spot(self) -> tuple[float, float] | None:
        """(lat, lon), where it has a point."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def homes(session: orm.Session, team: Team, areas: Sequence[Area]) -> list[Home]:
    """Every home of these neighbourhoods that is not archived, by neighbourhood and address.

    One query each, so that homes next to each other in the list are neighbours in a street.
    """
    found: list[Home] = []
    for unit, area in enumerate(areas):
        rows: Any = session.execute(
            sa.select(Household.id, Household.latitude, Household.longitude, TurfHome.turf_id)
            .outerjoin(
                TurfHome,
                sa.and_(TurfHome.household_id == Household.id, TurfHome.team_id == team.id),
            )
            .where(
                Household.archived_at.is_(None),
                Household.area_id.in_(sa.select(Area.id).where(scopes.below(area))),
            )
            .order_by(Household.sort_key, Household.id)
        )
        found += [Home(id_, unit, lat, lon, turf_id) for id_, lat, lon, turf_id in rows]
    return found


def in_none(session: orm.Session, team: Team) -> int:
    """Homes of neighbourhoods that were cut which are in no territory yet."""
    ids = [UUID(id_) for id_ in areas_cut(session, team)]
    areas = session.scalars(sa.select(Area).where(Area.id.in_(ids))).all()
    if not areas:
        return 0
    inside = sa.select(Area.id).where(sa.or_(*(scopes.below(area) for area in areas)))
    known = sa.exists().where(TurfHome.household_id == Household.id, TurfHome.team_id == team.id)
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(Household)
        .where(Household.archived_at.is_(None), Household.area_id.in_(inside), ~known)
    )
    return count or 0


@dataclass(frozen=True, slots=True)
class Point:
    """A home on the map of territories."""

    household_id: UUID
    turf_id: UUID
    latitude: float
    longitude: float


def points(session: orm.Session, team: Team) -> list[Point]:
    """Where the homes of a team's territories are."""
    rows: Any = session.execute(
        sa.select(TurfHome.household_id, TurfHome.turf_id, Household.latitude, Household.longitude)
        .join(TurfHome.household)
        .where(
            TurfHome.team_id == team.id,
            Household.latitude.is_not(None),
            Household.archived_at.is_(None),
        )
        .order_by(TurfHome.household_id)
    )
    return [Point(*row) for row in rows]


def places(session: orm.Session, household_ids: Sequence[UUID]) -> dict[UUID, tuple[float, float]]:
    """(lon, lat) of homes that have a point."""
    found: dict[UUID, tuple[float, float]] = {}
    for at in range(0, len(household_ids), _AT_ONCE):
        ids = household_ids[at : at + _AT_ONCE]
        rows: Any = session.execute(
            sa.select(Household.id, Household.longitude, Household.latitude).where(
                Household.id.in_(ids), Household.latitude.is_not(None)
            )
        )
        found |= {id_: (lon, lat) for id_, lon, lat in rows}
    return found


def counts(session: orm.Session, team_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """For each team its territories, and how many of them are somebody's."""
    held = sa.exists().where(TurfHolder.turf_id == Turf.id)
    rows: Any = session.execute(
        sa.select(Turf.team_id, sa.func.count(), sa.func.sum(sa.case((held, 1), else_=0)))
        .where(Turf.team_id.in_(team_ids), Turf.ended_at.is_(None))
        .group_by(Turf.team_id)
    )
    return {id_: (int(n), int(with_holder or 0)) for id_, n, with_holder in rows}


def names_by_holder(session: orm.Session, team: Team) -> dict[UUID, list[Turf]]:
    """The territories of each member who has some, in order. Two queries."""
    found: dict[UUID, list[Turf]] = defaultdict(list)
    for turf in turfs_of(session, team):
        for holder in turf.holders:
            found[holder.user_id].append(turf)
    return found


def owners(
    session: orm.Session, team_id: UUID, household_ids: Collection[UUID]
) -> dict[UUID, frozenset[UUID]]:
    """Whose territory each home is in, where it is somebody's. One query for the team's turf."""
    wanted = set(household_ids)
    rows = session.execute(
        sa.select(TurfHome.household_id, TurfHolder.user_id)
        .join(TurfHolder, TurfHolder.turf_id == TurfHome.turf_id)
        .where(TurfHome.team_id == team_id)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for household_id, user_id in rows:
        if household_id in wanted:
            found[household_id].add(user_id)
    return {home: frozenset(users) for home, users in found.items()}


def may_be_claimed_by(user: User, team_ids: Sequence[UUID]) -> sa.Select[Any]:
    """(household, team, whether it is their own turf) of homes in nobody's turf or the user's own.

    A subquery for features above.
    """
    somebodys = (
        sa.exists()
        .where(
            TurfHolder.turf_id == TurfHome.turf_id,
            Member.user_id == TurfHolder.user_id,
            Member.team_id == TurfHome.team_id,
            Member.left_on.is_(None),  # who left looks after nobody any more
        )
        .correlate(TurfHome)
    )
    own = (
        sa.exists()
        .where(TurfHolder.turf_id == TurfHome.turf_id, TurfHolder.user_id == user.id)
        .correlate(TurfHome)
    )
    chosen: Any = sa.select(TurfHome.household_id, TurfHome.team_id, own.label("own")).where(
        TurfHome.team_id.in_(team_ids), sa.or_(own, ~somebodys)
    )
    return cast("sa.Select[Any]", chosen)
