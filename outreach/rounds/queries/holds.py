"""Which homes published rounds hold on a day, and whose lease on them is over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.households.models import Household
from outreach.rounds.models import Hold, Round

#: Ids in one statement.
_AT_ONCE = 5000
#: Addresses that a sentence names.
_MOST_NAMED = 5


def is_live(now: datetime) -> sa.ColumnElement[bool]:
    """Rounds that still hold their homes: planned ones, and claims whose lease runs."""
    return sa.or_(Round.lease_until.is_(None), Round.lease_until > now)


def held(
    session: orm.Session,
    homes: Collection[UUID],
    day: date,
    *,
    but: UUID,
    now: datetime,
) -> set[UUID]:
    """Those of the homes that another round of the day holds now."""
    found: set[UUID] = set()
    for ids in _slices(homes):
        chosen = (
            sa.select(Hold.household_id)
            .join(Hold.round)
            .where(Hold.household_id.in_(ids), Hold.day == day, Hold.round_id != but, is_live(now))
        )
        found.update(session.scalars(chosen))
    return found


def expired(
    session: orm.Session, homes: Collection[UUID], day: date, *, now: datetime
) -> list[Round]:
    """Rounds that hold some of the homes though their lease is over."""
    found: dict[UUID, Round] = {}
    for ids in _slices(homes):
        chosen = (
            sa.select(Round)
            .join(Hold, Hold.round_id == Round.id)
            .where(Hold.household_id.in_(ids), Hold.day == day, Round.lease_until <= now)
            .order_by(Round.id)
        )
        found |= {round_.id: round_ for round_ in session.scalars(chosen).unique()}
    return list(found.values())


def addresses(session: orm.Session, homes: Collection[UUID], day: date, *, but: UUID) -> list[str]:
    """Addresses of those of the homes that another round has, the first few."""
    chosen = (
        sa.select(Household.address)
        .join(Hold, Hold.household_id == Household.id)
        .where(Hold.day == day, Hold.round_id != but, Household.id.in_(list(homes)[:_AT_ONCE]))
        .order_by(Household.sort_key)
        .limit(_MOST_NAMED)
    )
    return list(session.scalars(chosen))


def _slices(homes: Collection[UUID]) -> Iterator[list[UUID]]:
    ids = list(homes)
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
