"""When a phone may ring: hours, siesta, weekends, holidays, Tết, and days declared otherwise."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from outreach.core.working_days import DayKind, Overrides, holiday_name, is_working_day
from outreach.notifications.rules.manners import Hours

#: The evening before, when people are home and awake.
REMIND_AT = 18 * 60
#: A reminder on the day itself must still leave time to get ready.
AT_LEAST_BEFORE = timedelta(minutes=30)
#: A reminder goes out this many days before at most, when the days between are silent.
EARLIEST = 4
#: How far ahead reminders are planned: as far as one may have to go out early.
HORIZON = timedelta(days=EARLIEST + 1)
#: Days round mùng 1 on which nobody is written to: 28 Chạp (of a 30-day month) to mùng 6.
_TET = range(-3, 6)
_ONE_DAY = timedelta(days=1)


class Calendar:
    """Which days are silent, with what was declared against the calendar."""

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._known: dict[tuple[date, bool], bool] = {}

    def silent(self, day: date, hours: Hours) -> bool:
        """Whether nobody is to be written to all day long."""
        key = (day, hours.weekends)
        if key not in self._known:
            self._known[key] = self._look(day, hours)
        return self._known[key]

    def _look(self, day: date, hours: Hours) -> bool:
        declared = self._overrides.get(day)
        if declared is not None:
            return declared is DayKind.HOLIDAY
        if is_tet(day) or holiday_name(day) is not None:
            return True
        weekend = day.weekday() >= 5 and not is_working_day(day, self._overrides)
        return weekend and not hours.weekends

    def decent(self, moment: datetime, hours: Hours) -> datetime:
        """The first moment, from this local one on, at which a phone may ring."""
        while True:
            minute, day = moment.hour * 60 + moment.minute, moment.date()
            if self.silent(day, hours) or minute >= hours.closes:
                moment = _at(day + _ONE_DAY, hours.opens, moment.tzinfo)
            elif minute < hours.opens:
                moment = _at(day, hours.opens, moment.tzinfo)
            elif hours.siesta_from <= minute < hours.siesta_until:
                moment = _at(day, hours.siesta_until, moment.tzinfo)
            else:
                return moment

    def evening_before(self, day: date, hours: Hours, zone: ZoneInfo) -> datetime:
        """When people are reminded of something on `day`: the last evening that is not silent."""
        for back in range(1, EARLIEST + 1):
            eve = day - back * _ONE_DAY
            if not self.silent(eve, hours):
                return _at(eve, _within(REMIND_AT, hours), zone)
        return _at(day - _ONE_DAY, _within(REMIND_AT, hours), zone)

    def after_evening(self, day: date, hours: Hours, zone: ZoneInfo, *, now: datetime) -> datetime:
        """The first decent moment from the evening before, or from now when that has passed."""
        evening = self.evening_before(day, hours, zone)
        return self.decent(max(evening, now.astimezone(zone)), hours)

    def next_day(self, moment: datetime, hours: Hours) -> datetime:
        """The first decent moment of a later day."""
        return self.decent(_at(moment.date() + _ONE_DAY, hours.opens, moment.tzinfo), hours)


@lru_cache(maxsize=1024)
def is_tet(day: date) -> bool:
    """Whether families are not to be disturbed: the days round the lunar new year."""
    return any(holiday_name(day - n * _ONE_DAY) == "Lunar New Year" for n in _TET)


def _within(minute: int, hours: Hours) -> int:
    return max(hours.opens, min(minute, hours.closes - 30))


def _at(day: date, minute: int, zone: object) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)  # type: ignore[arg-type]
