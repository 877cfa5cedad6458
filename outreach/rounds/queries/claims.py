"""What a volunteer without work may take: homes of nobody's turf, or of their own, near them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.models import State as Kept
from outreach.core import clock
from outreach.core.db import zone_of
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.rounds.models import Hold, Round, Route, State, Stop
from outreach.rounds.queries.holds import is_live
from outreach.teams.models import Team
from outreach.turf import queries as turf

#: A home is left in peace so long after somebody was there.
RESTS = timedelta(days=2)
_OVER = (Kept.KEPT, Kept.MISSED)

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Free:
    """A home that may be taken now."""

    household_id: UUID
    team_id: UUID
    #: In the volunteer's own turf.
    own: bool
    spot: Spot


def free(
    session: orm.Session, user: User, team_ids: Sequence[UUID], *, day: date, now: datetime
) -> list[Free]:
    """Homes of these teams' turf that are nobody's or the user's own, and on no round from today.

    Without those visited lately and those that agreed on a time.
    """
    turfs = turf.may_be_claimed_by(user, team_ids).subquery()
    rows: Any = session.execute(
        sa.select(
            Household.id, turfs.c.team_id, turfs.c.own, Household.latitude, Household.longitude
        )
        .join(turfs, turfs.c.household_id == Household.id)
        .where(
            Household.archived_at.is_(None),
            Household.latitude.is_not(None),
            ~_held(day, now).exists(),
            ~_seen(now).exists(),
        )
        .order_by(Household.id)
    )
    return [Free(id_, team_id, bool(own), (lat, lon)) for id_, team_id, own, lat, lon in rows]


def _held(day: date, now: datetime) -> sa.Select[Any]:
    return (
        sa.select(Hold.household_id)
        .join(Round, Round.id == Hold.round_id)
        .where(Hold.household_id == Household.id, Hold.day >= day, is_live(now))
        .correlate(Household)
    )


def _seen(now: datetime) -> sa.Select[Any]:
    promised = sa.and_(
        Appointment.origin == Origin.AGREED,
        Appointment.state == Kept.OPEN,
        Appointment.ends_at > now,
    )
    lately = sa.and_(Appointment.state.in_(_OVER), Appointment.closed_at > now - RESTS)
    return (
        sa.select(Appointment.id)
        .where(Appointment.household_id == Household.id, sa.or_(promised, lately))
        .correlate(Household)
    )


def is_offered(session: orm.Session, user: User, team_ids: Sequence[UUID]) -> bool:
    """Whether these teams have turf that the user may take homes of. One query."""
    return session.execute(turf.may_be_claimed_by(user, team_ids).limit(1)).first() is not None


def stops_left(session: orm.Session, user: User, day: date, *, now: datetime) -> int:
    """Homes of the user's rounds of a day that nobody visited yet."""
    over = sa.exists().where(Appointment.stop_id == Stop.id, Appointment.state.in_(_OVER))
    count = session.scalar(
        sa.select(sa.func.count(Stop.id))
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .where(
            Route.walked_by(user.id),
            Route.absent_at.is_(None),
            Round.day == day,
            Round.published_at.is_not(None),
            Round.state.in_([State.PUBLISHED, State.PLANNING]),
            is_live(now),
            ~over,
        )
    )
    return count or 0


def last_door(session: orm.Session, user: User, day: date) -> Spot | None:
    """Where the user was last that day."""
    begins, ends = clock.day_bounds(day, zone_of(session))
    row: Any = session.execute(
        sa.select(Household.latitude, Household.longitude)
        .join(Appointment, Appointment.household_id == Household.id)
        .where(
            Appointment.visitor_id == user.id,
            Appointment.state.in_(_OVER),
            Appointment.closed_at >= begins,
            Appointment.closed_at < ends,
            Household.latitude.is_not(None),
        )
        .order_by(Appointment.closed_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def start_of(team: Team) -> Spot | None:
    """Where the team's rounds start, if it says so."""
    if team.start_latitude is None or team.start_longitude is None:
        return None
    return team.start_latitude, team.start_longitude


def apart(one: Spot, other: Spot) -> float:
    """How far two spots lie from each other, to compare."""
    return hypot(one[0] - other[0], (one[1] - other[1]) * cos(radians(one[0])))


def own_claim(session: orm.Session, round_id: UUID, user: User) -> Round:
    """A round of homes the user took by themselves, or `NotFound`."""
    found = session.scalar(
        sa.select(Round)
        .join(Route, Route.round_id == Round.id)
        .where(Round.id == round_id, Round.lease_until.is_not(None), Route.volunteer_id == user.id)
    )
    if found is None:
        raise NotFound(_("You have not taken these homes."))
    return found


def claim_of_stop(session: orm.Session, stop_id: UUID) -> Round | None:
    """The claim a stop is on, locked for a change of its lease."""
    return session.scalar(
        sa.select(Round)
        .join(Stop, Stop.round_id == Round.id)
        .where(Stop.id == stop_id, Round.lease_until.is_not(None))
        .with_for_update(of=Round)
        .execution_options(populate_existing=True)
    )
