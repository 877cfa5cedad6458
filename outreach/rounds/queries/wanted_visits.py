"""Homes that somebody wants visited, as long as no published round serves them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.rounds import rules
from outreach.rounds.models import Handout, Round, RoundArea, Route, State, Stop, WantedVisit


def still_wanted(session: orm.Session, day: date, *, besides: UUID | None = None) -> set[UUID]:
    """Homes wanted on that day that no other published round has been given. One query."""
    rows = session.scalars(sa.select(WantedVisit.household_id).where(*_open(day, besides)))
    return set(rows)


def wanted_of(
    session: orm.Session, household_ids: Collection[UUID], *, today: date
) -> dict[UUID, WantedVisit]:
    """The open wish of each of these homes, where it has one. One query."""
    chosen = sa.select(WantedVisit).where(
        WantedVisit.household_id.in_(household_ids), *_open(today + timedelta(days=1), None)
    )
    return {row.household_id: row for row in session.scalars(chosen.order_by(WantedVisit.day))}


def _open(day: date, besides: UUID | None) -> list[sa.ColumnElement[bool]]:
    served = (
        sa.select(Stop.id)
        .join(Round, Round.id == Stop.round_id)
        .where(
            Stop.household_id == WantedVisit.household_id,
            Round.day >= WantedVisit.day,
            Round.published_at.is_not(None),
            Round.state != State.CANCELLED,
        )
    )
    if besides is not None:
        served = served.where(Round.id != besides)
    return [
        WantedVisit.withdrawn_at.is_(None),
        WantedVisit.day <= day,
        WantedVisit.until >= day,
        ~served.exists(),
    ]


def rounds_around(session: orm.Session, home: Household, day: date) -> list[Round]:
    """Rounds of a day that cover the home and can still be changed, by hand too."""
    chosen = (
        sa.select(Round)
        .join(RoundArea, RoundArea.round_id == Round.id)
        .join(Area, Area.id == RoundArea.area_id)
        .where(
            Round.day == day,
            Round.state.in_(rules.EDITABLE),
            sa.literal(home.area.path).startswith(Area.path),
        )
        .order_by(Round.created_at, Round.id)
    )
    return list(session.scalars(chosen).unique())


def homes_given(user: User, since: date) -> sa.Select[UUID]:
    """Homes that somebody was given in published rounds from that day on, as a subquery."""
    return (
        sa.select(Handout.household_id)
        .join(Round, Round.id == Handout.round_id)
        .where(Handout.volunteer_id == user.id, Round.day >= since)
    )


def stops_on(session: orm.Session, user: User, day: date) -> dict[UUID, UUID]:
    """Household -> stop of somebody's own published routes of a day."""
    rows: Any = session.execute(
        sa.select(Stop.household_id, Stop.id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .where(
            Route.walked_by(user.id), Round.day == day, Round.published_at.is_not(None),
            Round.state != State.CANCELLED,
        )
    )  # fmt: skip
    return dict(list(rows))
