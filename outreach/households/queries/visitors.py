"""Who could be named as the only visitor of a home, and who is."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households.models import HomeVisitor, Household
from outreach.places.models import Area
from outreach.teams.models import Member, Team


def possible_visitors(session: orm.Session, home: Household) -> list[User]:
    """Members of the teams that work where the home is, and those who are named already."""
    around = sa.literal(home.area.path).startswith(Area.path)
    near = (
        sa.select(Member.user_id)
        .join(Team, Team.id == Member.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(around, Member.left_on.is_(None), Team.dissolved_on.is_(None))
    )
    named = sa.select(HomeVisitor.user_id).where(HomeVisitor.household_id == home.id)
    chosen = (
        sa.select(User)
        .where(
            sa.or_(sa.and_(User.id.in_(near), User.deactivated_at.is_(None)), User.id.in_(named))
        )
        .order_by(User.sort_key, User.id)
    )
    return list(session.scalars(chosen))


def only_visitors(
    session: orm.Session, household_ids: Collection[UUID] | sa.Select[UUID]
) -> dict[UUID, tuple[UUID, ...]]:
    """The only people who may go to each of these homes, where somebody is named. One query."""
    rows = session.execute(
        sa.select(HomeVisitor.household_id, HomeVisitor.user_id)
        .where(HomeVisitor.household_id.in_(household_ids))
        .order_by(HomeVisitor.household_id, HomeVisitor.user_id)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for home, user in rows:
        found[home] = (*found.get(home, ()), user)
    return found
