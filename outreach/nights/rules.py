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


#: CPU seconds that a whole night thinks; each team has at least those that are surely worth it.
THINKS_S = 300.0
#: Measured on 500 homes with 2, 8 and 16 people: the first CPU second, and one for each 500 homes,
#: reach 98.5 % or more of the value that 7 s reach.
_LEAST_S, _HOMES_A_SECOND = 1.0, 500


def thinking_s(homes: int, teams: int, usual: float) -> float:
    """CPU seconds for one of so many teams' plans, each the same however late its turn comes.

    As many as by day while few teams share the night, fewer the more they are.
    """
    least = _LEAST_S + homes / _HOMES_A_SECOND
    return min(usual, max(least, THINKS_S / max(1, teams)))
