"""Who walked how far lately: read from published rounds and what was reported, never counted up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.rounds.models import Round, Route, State, Stop
from outreach.teams.models import Team

#: How far back it looks.
SPAN = timedelta(days=28)
#: A home is far when the way to its door from the one before takes so long.
FAR_S = 8 * 60


@dataclass(frozen=True, slots=True)
class Carried:
    """What somebody walked in the weeks before a day: homes where a report says they were."""

    outings: int = 0
    work_s: int = 0
    walking_s: int = 0
    #: Homes at the end of a long way.
    far: int = 0

    @property
    def way_s(self) -> int:
        """Seconds of walking on a usual outing; 0 for who was not out."""
        return round(self.walking_s / self.outings) if self.outings else 0


def ledger(session: orm.Session, team: Team, day: date) -> dict[UUID, Carried]:
    """What each volunteer of a team walked in the four weeks before a day. One query."""
    before = sa.func.lag(Stop.starts_s + Stop.service_s).over(
        partition_by=Stop.route_id, order_by=Stop.position
    )
    leaves = sa.func.coalesce(before, Route.starts * 60)
    # a plan made while the day ran has gaps that nobody walked
    way = Stop.arrives_s - leaves
    way = sa.case((way > Route.walking_s, Route.walking_s), (way < 0, 0), else_=way)
    # both of a pair walk all of its way
    walker = sa.union_all(
        sa.select(Route.id.label("route_id"), Route.volunteer_id),
        sa.select(Route.id, Route.partner_id).where(Route.partner_id.is_not(None)),
    ).subquery("walker")
    legs = (
        sa.select(
            Route.id.label("route_id"),
            Stop.id.label("stop_id"),
            way.label("walk_s"),
            (way + Stop.starts_s - Stop.arrives_s + Stop.service_s).label("work_s"),
        )
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Stop.round_id)
        .where(
            Round.team_id == team.id,
            Round.published_at.is_not(None),
            Round.state != State.CANCELLED,
            Round.day >= day - SPAN,
            Round.day < day,
        )
        .subquery("leg")
    )
    walked = sa.exists().where(
        Appointment.stop_id == legs.c.stop_id, Appointment.state.in_([Kept.KEPT, Kept.MISSED])
    )
    rows = session.execute(
        sa.select(
            walker.c.volunteer_id,
            sa.func.count(sa.distinct(legs.c.route_id)),
            sa.func.sum(legs.c.work_s),
            sa.func.sum(legs.c.walk_s),
            sa.func.sum(sa.case((legs.c.walk_s >= FAR_S, 1), else_=0)),
        )
        .select_from(legs)
        .join(walker, walker.c.route_id == legs.c.route_id)
        .where(walked)
        .group_by(walker.c.volunteer_id)
    )
    return {user: Carried(*map(int, counted)) for user, *counted in rows}


def usual_ways(found: dict[UUID, Carried]) -> tuple[dict[UUID, int], int]:
    """Seconds walked on each one's usual outing, and the mean: for who was not out yet."""
    ways = {user: carried.way_s for user, carried in found.items() if carried.outings}
    return ways, round(sum(ways.values()) / len(ways)) if ways else 0
