"""Bags: what should be in each, and what the last count said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.stock.models import Count, Handset, Movement, Place, PlaceKind, Received
from outreach.teams import queries as teams
from outreach.teams.models import Member


@dataclass(frozen=True, slots=True)
class InBag:
    """One device of a bag, and the movement that put it there."""

    device: Handset
    movement: Movement

    @property
    def awaited(self) -> bool:
        """The owner of the bag has not said yet that they got it."""
        return self.movement.received is Received.AWAITED


@dataclass(frozen=True, slots=True)
class Bag:
    """Somebody's bag as their leader sees it."""

    user: User
    devices: Sequence[InBag]
    #: The newest count; None when nobody counted yet.
    count: Count | None

    @property
    def missing(self) -> Sequence[InBag]:
        """What the last count did not find and the books still have in the bag."""
        gone = set(self.count.missing) if self.count else set()
        return [one for one in self.devices if str(one.device.id) in gone]


_IN_BAG = (
    sa.select(Handset, Movement)
    .join(Movement, sa.and_(Movement.device_id == Handset.id, Movement.next_number.is_(None)))
    .join(Place, Place.id == Movement.to_place_id)
    .where(Place.kind == PlaceKind.BAG)
    .order_by(Handset.kind.desc(), Handset.model, Handset.imei, Handset.id)
)


def bag_of(session: orm.Session, user: User) -> Sequence[InBag]:
    """Everything in somebody's bags, whichever team filled them: one query."""
    chosen = _IN_BAG.where(Place.user_id == user.id)
    rows = session.execute(chosen.options(orm.joinedload(Movement.to_place)))
    return [InBag(device, movement) for device, movement in rows]


def awaited_in_bag(session: orm.Session, user: User) -> Sequence[Movement]:
    """Movements into somebody's bags that they have not confirmed."""
    return [one.movement for one in bag_of(session, user) if one.awaited]


def last_count(session: orm.Session, user: User) -> Count | None:
    """The newest count of somebody's bags."""
    return session.scalar(
        sa.select(Count).where(Count.user_id == user.id).order_by(Count.at.desc()).limit(1)
    )


def bags(session: orm.Session, *, actor: User) -> Sequence[Bag]:
    """Bags with something in them of the teams the actor runs, differences first.

    Three queries.
    """
    team_ids = [team.id for team in teams.manageable(session, actor)]
    rows = session.execute(
        _IN_BAG.where(Place.team_id.in_(team_ids)).options(
            orm.joinedload(Movement.to_place).joinedload(Place.user)
        )
    )
    by_user: dict[UUID, list[InBag]] = defaultdict(list)
    users: dict[UUID, User] = {}
    for device, movement in rows:
        user = movement.to_place.user
        assert user is not None
        by_user[user.id].append(InBag(device, movement))
        users[user.id] = user
    counts = _last_counts(session, list(users))
    found = [Bag(users[id_], inside, counts.get(id_)) for id_, inside in by_user.items()]
    return sorted(found, key=lambda bag: (not bag.missing, bag.user.sort_key))


def _last_counts(session: orm.Session, user_ids: Sequence[UUID]) -> dict[UUID, Count]:
    newest = (
        sa.select(Count.user_id, sa.func.max(Count.at).label("at"))
        .where(Count.user_id.in_(user_ids))
        .group_by(Count.user_id)
        .subquery()
    )
    rows = session.scalars(
        sa.select(Count).join(
            newest, sa.and_(Count.user_id == newest.c.user_id, Count.at == newest.c.at)
        )
    )
    return {one.user_id: one for one in rows}


def members_to_fill(session: orm.Session, *, actor: User) -> Sequence[Member]:
    """Everybody whose bag the actor may fill, by team and name: one query more than teams."""
    team_ids = [team.id for team in teams.manageable(session, actor)]
    found = session.scalars(
        sa.select(Member)
        .join(Member.user)
        .join(Member.team)
        .where(
            Member.team_id.in_(team_ids),
            Member.left_on.is_(None),
            User.deactivated_at.is_(None),
        )
        .options(orm.contains_eager(Member.user), orm.contains_eager(Member.team))
        .order_by(Member.team_id, User.sort_key)
    )
    return found.all()
