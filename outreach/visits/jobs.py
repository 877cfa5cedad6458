"""What runs by itself for visits: every night, walks that happened teach about alleys."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.core import clock
from outreach.core.db import Database
from outreach.turf.models import WalkingFactor
from outreach.visits.learning import learn_now

#: By the clocks where the teams work: phones that were out of reach have sent by then.
NIGHT = 2


def learn_walking(db: Database, zone: ZoneInfo) -> int | None:
    """Once a night; how many areas have a factor now, None when it is not time yet."""
    with db.transaction(read_only=True) as session:
        last = session.scalar(sa.select(sa.func.max(WalkingFactor.learned_at)))
    return learn_now(db) if _is_due(last, clock.now(), zone) else None


def _is_due(last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    local = now.astimezone(zone)
    return local.hour >= NIGHT and (last is None or last.astimezone(zone).date() < local.date())
