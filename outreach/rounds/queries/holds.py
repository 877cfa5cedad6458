"""Which homes published rounds hold, on a day and on days to come, and whose lease is over.

An open home is in one place: on one published round of a day (the key of `home_hold`), and from
today on in one round or live claim, until somebody was there or its session or lease is over. Only
what was promised to a home for a day, agreed or wanted, comes on top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.core.db import zone_of
from outreach.households.models import Household
from outreach.rounds.models import Hold, Round, State

#: Ids in one statement.
_AT_ONCE = 5000
#: Addresses that a sentence names.
_MOST_NAMED = 5
_OVER = (Kept.KEPT, Kept.MISSED)


def is_live(now: datetime) -> sa.ColumnElement[bool]:
    """Rounds that still hold their homes: planned ones, and claims whose lease runs."""
    return sa.or_(Round.lease_until.is_(None), Round.lease_until > now)


def is_coming(session: orm.Session, day: date, *, now: datetime) -> sa.ColumnElement[bool]:
    """Holds (with their rounds) of other days from today on that nobody has been to yet."""
    local = now.astimezone(zone_of(session))
    today, minute = local.date(), local.hour * 60 + local.minute
    seen = sa.exists().where(Appointment.stop_id == Hold.stop_id, Appointment.state.in_(_OVER))
    goes_on = sa.or_(Round.lease_until.is_not(None), Round.ends > minute)
    return sa.and_(
        Hold.day != day,
        Round.state.in_([State.PUBLISHED, State.PLANNING]),
        is_live(now),
        sa.or_(Hold.day > today, sa.and_(Hold.day == today, goes_on)),
        ~seen,
    )


def coming(
    session: orm.Session,
    homes: Collection[UUID] | None,
    day: date,
    *,
    but: UUID,
    now: datetime,
) -> set[UUID]:
    """Those of the homes (None: of all) that a round of another day will go to."""
    chosen = (
        sa.select(Hold.household_id)
        .join(Hold.round)
        .where(Hold.round_id != but, is_coming(session, day, now=now))
    )
    if homes is None:
        return set(session.scalars(chosen))
    found: set[UUID] = set()
    for ids in _slices(homes):
        found.update(session.scalars(chosen.where(Hold.household_id.in_(ids))))
    return found


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


def addresses(
    session: orm.Session, homes: Collection[UUID], day: date, *, but: UUID, now: datetime
) -> list[str]:
    """Addresses of those of the homes that another round has, the first few."""
    theirs = sa.or_(Hold.day == day, is_coming(session, day, now=now))
    chosen = (
        sa.select(Household.address)
        .join(Hold, Hold.household_id == Household.id)
        .join(Round, Round.id == Hold.round_id)
        .where(theirs, Hold.round_id != but, Household.id.in_(list(homes)[:_AT_ONCE]))
        .group_by(Household.address, Household.sort_key)
        .order_by(Household.sort_key)
        .limit(_MOST_NAMED)
    )
    return list(session.scalars(chosen))


def _slices(homes: Collection[UUID]) -> Iterator[list[UUID]]:
    ids = list(homes)
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
