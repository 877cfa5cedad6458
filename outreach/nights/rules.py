"""When a night begins, which day it plans, and how long a worker may say nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

#: Nights begin when reports of the day are in, and end before anybody walks.
BEGINS, ENDS = 20, 5
#: A worker that said nothing for so long has lost its team.
LEASE = timedelta(seconds=30)
#: What broke so often is given up.
ATTEMPTS = 5
#: Seconds by the wall clock that one plan may take.
PATIENCE_S = 120.0


def day_to_plan(now: datetime, zone: ZoneInfo) -> date | None:
    """The day that this night plans; None by day."""
    local = now.astimezone(zone)
    if local.hour >= BEGINS:
        return local.date() + timedelta(days=1)
    return local.date() if local.hour < ENDS else None
