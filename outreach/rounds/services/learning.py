"""Keeps what walks taught about the alleys of each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.routing import detours
from outreach.routing.detours import Trip
from outreach.turf.models import WalkingFactor


def learn_walking(
    session: orm.Session, trips: Mapping[UUID, Sequence[Trip]], *, now: datetime
) -> int:
    """Replace every area's factor by what these walks teach; how many areas have one now."""
    session.execute(sa.delete(WalkingFactor))
    taught = 0
    for area_id, walked in trips.items():
        believed = [trip for trip in walked if trip.believed]
        learned = detours.learn(believed)
        taught += learned is not None
        session.add(
            WalkingFactor(
                area_id=area_id,
                factor=learned.factor if learned else None,
                walks=len(believed),
                learned_at=now,
            )
        )
    session.flush()
    return taught
