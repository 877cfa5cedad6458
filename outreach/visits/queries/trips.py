"""Walks that happened: from one report of a route to the next door at which nobody was home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.households.models import Household
from outreach.places.models import Area, Level
from outreach.rounds.models import Stop
from outreach.routing import detours
from outreach.routing.detours import Trip
from outreach.routing.walking import distance_m
from outreach.visits.models import Report
from outreach.visits.rules import MISSES

#: A report made farther than this from its home, beyond what the phone was unsure of, was made
#: somewhere else.
_AT_THE_DOOR_M = 150.0
#: A phone less sure of its place than this says nothing about it.
_SURE_M = 200.0


def by_area(session: orm.Session, since: datetime) -> dict[UUID, list[Trip]]:
    """Walks since a moment, for each area (commune, neighbourhood, cell) they lie in.

    A visit where somebody was met takes as long as it takes; where nobody was, the time since the
    last report is the walk and a knock. Two queries.
    """
    provinces = set(session.scalars(sa.select(Area.id).where(Area.level == Level.PROVINCE)))
    found: dict[UUID, list[Trip]] = defaultdict(list)
    for before, after in pairwise(_reports(session, since)):
        if before.route_id != after.route_id or after.outcome not in MISSES:
            continue
        if not (_at_the_door(before) and _at_the_door(after)):
            continue
        line = distance_m(before.latitude, before.longitude, after.latitude, after.longitude)
        gap = (after.happened_at - before.happened_at).total_seconds()
        for area_id in _shared(before.path, after.path) - provinces:
            found[area_id].append(Trip(line, gap - detours.KNOCKING_S))
    return found


def _reports(session: orm.Session, since: datetime) -> Iterator[Any]:
    """Reports that came as planned, route by route in the order they were made."""
    yield from session.execute(
        sa.select(
            Stop.route_id,
            Report.outcome,
            Report.happened_at,
            Report.latitude.label("phone_latitude"),
            Report.longitude.label("phone_longitude"),
            Report.accuracy_m,
            Household.latitude,
            Household.longitude,
            Area.path,
        )
        .join(Stop, Stop.id == Report.stop_id)
        .join(Household, Household.id == Report.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(
            Report.happened_at >= since,
            Report.undone_at.is_(None),
            Report.lateness.is_(None),
            Household.latitude.is_not(None),
        )
        .order_by(Stop.route_id, Report.happened_at, Report.id)
        .execution_options(yield_per=1000)
    )


def _at_the_door(report: Any) -> bool:
    """Whether the phone, where it knew its place, was at the home it reported on."""
    if report.phone_latitude is None or (report.accuracy_m or 0) > _SURE_M:
        return True
    off = distance_m(
        report.phone_latitude, report.phone_longitude, report.latitude, report.longitude
    )
    return off <= _AT_THE_DOOR_M + (report.accuracy_m or 0)


def _shared(one: str, other: str) -> set[UUID]:
    """Areas that both paths lie in."""
    return {UUID(part) for part in {*one.split("/")} & {*other.split("/")} if part}
