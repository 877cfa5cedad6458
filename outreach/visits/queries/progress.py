"""How far routes are: what was reported at each stop, counted from the reports themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.rounds.models import Stop
from outreach.visits.models import Outcome, Report


@dataclass(slots=True)
class StopProgress:
    """The newest report at a stop, and how many there are: more than one are parallel."""

    stop_id: UUID
    outcome: Outcome | None = None
    happened_at: datetime | None = None
    reports: int = 0

    @property
    def done(self) -> bool:
        return self.outcome is not None


@dataclass(slots=True)
class RouteProgress:
    """One route in numbers. Homes, not reports: two reports at a home count once."""

    route_id: UUID
    #: In walking order.
    stops: dict[UUID, StopProgress] = field(default_factory=dict)
    #: When the server last heard of this route.
    last_report_at: datetime | None = None

    @property
    def total(self) -> int:
        return len(self.stops)

    @property
    def done(self) -> int:
        return sum(1 for stop in self.stops.values() if stop.done)

    @property
    def by_outcome(self) -> Mapping[Outcome, int]:
        """Homes by the newest report; outcomes nobody reported count 0."""
        return Counter(stop.outcome for stop in self.stops.values() if stop.outcome)

    @property
    def parallel(self) -> int:
        """Homes with more than one report that counts."""
        return sum(1 for stop in self.stops.values() if stop.reports > 1)


def progress(session: orm.Session, route_ids: Collection[UUID]) -> dict[UUID, RouteProgress]:
    """Every stop of these routes with what was reported there: two queries."""
    found = {id_: RouteProgress(id_) for id_ in route_ids}
    if not found:
        return found
    stops = session.execute(
        sa.select(Stop.route_id, Stop.id)
        .where(Stop.route_id.in_(found))
        .order_by(Stop.route_id, Stop.position)
    )
    for route_id, stop_id in stops:
        found[route_id].stops[stop_id] = StopProgress(stop_id)
    reports = session.execute(
        sa.select(Stop.route_id, Stop.id, Report.outcome, Report.happened_at, Report.received_at)
        .join(Stop, Stop.id == Report.stop_id)
        .where(Stop.route_id.in_(found), Report.undone_at.is_(None))
        .order_by(Report.happened_at, Report.received_at)
    )
    for route_id, stop_id, outcome, happened_at, received_at in reports:
        route = found[route_id]
        stop = route.stops[stop_id]
        stop.outcome, stop.happened_at = outcome, happened_at
        stop.reports += 1
        route.last_report_at = max(received_at, route.last_report_at or received_at)
    return found
