"""Pure decisions about windows: what may be promised, and which window a planned arrival gives."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.appointments.models import Origin, State

QUARTER = timedelta(minutes=15)
#: The announced window around the planned arrival: people come late more often than early.
BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=45)
#: Two windows of one home start at least this far apart: a home is visited once a day.
APART = timedelta(hours=12)
LONGEST = timedelta(hours=12)
FURTHEST = timedelta(days=366)


def window_around(
    planned: datetime, opens: datetime, closes: datetime, slack: timedelta = timedelta()
) -> tuple[datetime, datetime]:
    """What a resident is told: quarter hours around the planned arrival, within the session.

    `slack`, to the nearest quarter of an hour, makes it end later. A visit planned after the
    session's end (somebody arranged it so by hand) keeps its window.
    """
    seconds = QUARTER.total_seconds()
    middle = datetime.fromtimestamp(
        round(planned.timestamp() / seconds) * seconds, tz=planned.tzinfo
    )
    starts, ends = middle - BEFORE, middle + AFTER + round(slack / QUARTER) * QUARTER
    if opens <= planned < closes:
        starts, ends = max(starts, opens), min(ends, closes)
    return starts, max(ends, starts + QUARTER)


def still_kept(starts_at: datetime, ends_at: datetime, planned: datetime) -> bool:
    """Whether a window that was told already still covers the planned arrival."""
    return starts_at <= planned <= ends_at


def crowded(starts_at: datetime, other: datetime) -> bool:
    """Whether two windows of one home are so close that one visit would have to keep both."""
    return abs(starts_at - other) < APART


def may_change(state: State) -> bool:
    """Whether it may still be moved or cancelled: what happened at the door stays as it was."""
    return state is State.OPEN


def binds(origin: Origin, state: State) -> bool:
    """Whether the planner must keep it."""
    return origin is Origin.AGREED and state is State.OPEN
