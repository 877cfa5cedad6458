"""Windows that follow from planned arrivals."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.appointments import rules
from tests.conftest import NOW

OPENS = NOW.replace(hour=0, minute=30)
CLOSES = OPENS + timedelta(hours=4)


def at(hours: float) -> datetime:
    return OPENS + timedelta(hours=hours)


def test_a_window_begins_a_quarter_before_and_ends_three_quarters_after() -> None:
    starts, ends = rules.window_around(at(2) + timedelta(minutes=4), OPENS, CLOSES)
    assert (starts, ends) == (at(1.75), at(2.75))


def test_a_window_does_not_leave_the_session() -> None:
    assert rules.window_around(OPENS, OPENS, CLOSES)[0] == OPENS
    assert rules.window_around(at(3.9), OPENS, CLOSES)[1] == CLOSES


@given(st.integers(0, 6 * 3600))
def test_every_planned_arrival_lies_in_its_window(seconds: int) -> None:
    planned = OPENS + timedelta(seconds=seconds)
    starts, ends = rules.window_around(planned, OPENS, CLOSES)
    assert starts < ends
    assert starts - timedelta(minutes=7, seconds=30) <= planned <= ends + timedelta(minutes=7)
    assert rules.still_kept(starts, ends, planned)
