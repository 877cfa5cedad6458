"""Working days in Vietnam: public holidays, swapped days, and what an administrator declares."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays


class DayKind(enum.StrEnum):
    """What an administrator declares a day to be, against the calendar."""

    WORKING = "working"
    HOLIDAY = "holiday"


#: The government announces swapped days each year, later than this library is released.
Overrides = Mapping[date, DayKind]
NO_OVERRIDES: Overrides = MappingProxyType({})
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year, language="en_US", expand=False)


def is_working_day(day: date, overrides: Overrides = NO_OVERRIDES) -> bool:
    """Monday to Friday, without public holidays, with the swapped Saturdays that are worked."""
    declared = overrides.get(day)
    if declared is not None:
        return declared is DayKind.WORKING
    return bool(_calendar(day.year).is_working_day(day))


def holiday_name(day: date) -> str | None:
    """The holiday's English name, or None on any other day."""
    return _calendar(day.year).get(day)


def next_working_day(day: date, overrides: Overrides = NO_OVERRIDES) -> date:
    """The first working day after `day`."""
    return add_working_days(day, 1, overrides)


def add_working_days(day: date, count: int, overrides: Overrides = NO_OVERRIDES) -> date:
    """The `count`-th working day after `day` (before it, when negative); `day` itself when 0.

    A notice on Friday 13/02/2026 with three working days falls due on Wednesday 25/02/2026.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, overrides)
    return day
