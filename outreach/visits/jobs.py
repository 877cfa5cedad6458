"""What runs by itself for visits: every night, walks that happened teach about alleys."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.core import clock
from outreach.core.db import Database
from outreach.rounds import services as rounds
from outreach.rounds.models import WalkingFactor
from outreach.visits.queries import trips

#: How far back walks are looked at: alleys change slowly, and half a year has rain and sun.
LOOKS_BACK = timedelta(days=182)
#: By the clocks where the teams work: phones that were out of reach have sent by then.
NIGHT = 2


def learn_walking(db: Database, zone: ZoneInfo) -> int | None:
    """Once a night; how many areas have a factor now, None when it is not time yet."""
    now = clock.now()
    with db.transaction(read_only=True) as session:
        last = session.scalar(sa.select(sa.func.max(WalkingFactor.learned_at)))
    return learn_now(db) if _is_due(last, now, zone) else None


def learn_now(db: Database) -> int:
    """Learn from all walks of the last half year; how many areas have a factor now.

    Reading and storing are two transactions, so that nobody who writes waits for the reading.
    """
    now = clock.now()
    with db.transaction(read_only=True) as session:
        walked = trips.by_area(session, now - LOOKS_BACK)
    with db.transaction() as session:
        return rounds.learn_walking(session, walked, now=now)


def _is_due(last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    local = now.astimezone(zone)
    return local.hour >= NIGHT and (last is None or last.astimezone(zone).date() < local.date())
