"""What volunteers were given and lost: whose a home was, and how a route changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households.models import Household
from outreach.rounds import rules
from outreach.rounds.models import Handout, Round, Route, State


def was_given(session: orm.Session, stop_id: UUID, user: User) -> bool:
    """Whether the user's phone ever had this stop."""
    chosen = sa.select(Handout.id).where(
        Handout.stop_id == stop_id, Handout.volunteer_id == user.id
    )
    return session.scalar(chosen.limit(1)) is not None


def had_home(session: orm.Session, household_id: UUID, user: User, *, since: date) -> bool:
    """Whether the home was on a route of the user's on that day or later."""
    chosen = (
        sa.select(Handout.id)
        .join(Round, Round.id == Handout.round_id)
        .where(
            Handout.volunteer_id == user.id,
            Handout.household_id == household_id,
            Round.day >= since,
        )
    )
    return session.scalar(chosen.limit(1)) is not None


def stop_of_day(session: orm.Session, household_id: UUID, user: User, day: date) -> UUID | None:
    """The stop that a home is on the user's route of a day."""
    return session.scalar(
        sa.select(Handout.stop_id)
        .join(Round, Round.id == Handout.round_id)
        .where(
            Handout.volunteer_id == user.id,
            Handout.household_id == household_id,
            Round.day == day,
            Handout.taken_at.is_(None),
        )
        .limit(1)
    )


def version_of(session: orm.Session, user: User, day: date) -> str:
    """Names the state of the user's routes of a day; another one, and something changed."""
    changed = session.scalars(
        sa.select(Round.changed_at)
        .join(Route, Route.round_id == Round.id)
        .where(Route.walked_by(user.id), Round.day == day, Round.state != State.CANCELLED)
    )
    return rules.version(changed)


@dataclass(frozen=True, slots=True)
class Changed:
    """A home that came to a route or left it."""

    stop_id: UUID
    household_id: UUID
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a volunteer's day became since a version."""

    version: str
    added: Sequence[Changed]
    removed: Sequence[Changed]


def changes_since(session: orm.Session, user: User, day: date, since: str) -> Changes:
    """Homes the user has now and had not at that version, and the other way round."""
    version = version_of(session, user, day)
    at = rules.moment_of(since)
    if at is None or since == version:
        return Changes(version, (), ())
    had, has = _held(session, user, day, at), _held(session, user, day, None)
    return Changes(
        version,
        [one for key, one in has.items() if key not in had],
        [one for key, one in had.items() if key not in has],
    )


def _held(session: orm.Session, user: User, day: date, at: datetime | None) -> dict[UUID, Changed]:
    """The homes of the user's day at a moment (now: None), by household."""
    still = Handout.taken_at.is_(None)
    if at is None:
        then = sa.and_(still)
    else:
        then = sa.and_(Handout.given_at <= at, sa.or_(still, Handout.taken_at > at))
    rows = session.execute(
        sa.select(Handout.stop_id, Household.id, Household.address, Household.head_name)
        .join(Round, Round.id == Handout.round_id)
        .join(Handout.household)
        .where(Handout.volunteer_id == user.id, Round.day == day, then)
        .order_by(Handout.given_at, Household.sort_key)
    )
    return {row[1]: Changed(*row) for row in rows}
