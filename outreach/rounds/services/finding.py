"""A home that a volunteer found on the way: the last stop of their own route."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households.models import Household
from outreach.rounds.models import Round, Route, Stop
from outreach.rounds.services.changes import changed
from outreach.rounds.services.handing_out import hand_out


def add_found(
    session: orm.Session,
    route: Route,
    household: Household,
    *,
    stop_id: UUID,
    actor: User,
    now: datetime,
) -> Stop:
    """Put a home at the end of a published route; planning again leaves it with its volunteer."""
    # a leader may be changing the round in this moment: one of the two waits
    round_ = session.get_one(Round, route.round_id, with_for_update=True, populate_existing=True)
    last = session.execute(
        sa.select(Stop.position, Stop.starts_s, Stop.service_s)
        .where(Stop.route_id == route.id)
        .order_by(Stop.position.desc())
        .limit(1)
    ).one_or_none()
    position, starts, service = last or (0, route.starts * 60, 0)
    stop = Stop(
        id=stop_id,
        round_id=round_.id,
        route_id=route.id,
        household_id=household.id,
        position=position + 1,
        arrives_s=starts + service,
        starts_s=starts + service,
        service_s=round_.visit_minutes * 60,
        locked=True,
    )
    session.add(stop)
    changed(
        session, round_, "round.home_found",
        actor=actor, now=now, household_id=household.id, route_id=route.id,
    )  # fmt: skip
    hand_out(session, round_, now=now)
    return stop
