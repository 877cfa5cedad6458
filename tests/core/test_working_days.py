"""Clocks that run on working days, over Tết and over days the government swaps."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import working_days as wd
from outreach.core.settings import ROOT


@pytest.mark.once
@pytest.mark.parametrize("spoken", ["", "vi_VN.UTF-8", "C.UTF-8"])
def test_a_holiday_has_one_name_whatever_the_machine_speaks(spoken: str):
    """A service started without a language once took Tết for an ordinary holiday."""
    asked = (
        "from datetime import date; from outreach.core.working_days import holiday_name;"
        "print(holiday_name(date(2026, 2, 17)), holiday_name(date(2026, 2, 18)))"
    )
    environment = {k: v for k, v in os.environ.items() if k not in {"LANGUAGE", "LC_ALL"}}
    said = subprocess.run(
        [sys.executable, "-c", asked], env={**environment, "LANG": spoken},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "Lunar New Year Second Day of Lunar New Year"


def test_three_working_days_from_before_tet_end_after_it():
    assert wd.add_working_days(date(2026, 2, 13), 3) == date(2026, 2, 25)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 4, 27), False),  # the kings' day fell on a Sunday
        (date(2026, 8, 31), False),  # swapped with Saturday 22/08
        (date(2026, 8, 22), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_calendar_knows_holidays_and_swapped_days(day: date, *, worked: bool):
    assert wd.is_working_day(day) is worked


def test_what_an_administrator_declares_wins_over_the_calendar():
    saturday, monday = date(2026, 12, 5), date(2026, 12, 7)
    declared = {saturday: wd.DayKind.WORKING, monday: wd.DayKind.HOLIDAY}
    assert wd.next_working_day(date(2026, 12, 4), declared) == saturday
    assert wd.next_working_day(saturday, declared) == date(2026, 12, 8)


def test_a_holiday_has_a_name_and_an_ordinary_day_has_none():
    assert wd.holiday_name(date(2026, 9, 2)) is not None
    assert wd.holiday_name(date(2026, 9, 3)) is None


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 40))
def test_counting_forward_passes_exactly_that_many_working_days(day: date, count: int):
    end = wd.add_working_days(day, count)
    between = [day + timedelta(n) for n in range(1, (end - day).days + 1)]
    assert sum(map(wd.is_working_day, between)) == count
    assert count == 0 or wd.is_working_day(end)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 20))
def test_counting_back_undoes_counting_forward(day: date, count: int):
    if wd.is_working_day(day):
        assert wd.add_working_days(wd.add_working_days(day, count), -count) == day
