"""What a leader has to look at now, and what a period of days means. Pure decisions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Minutes without a report before a phone is asked after.
SILENT_AFTER = 45
#: Minutes into a route before somebody without a report counts as not started.
STARTS_WITHIN = 30
#: How long a phone may hold reports before its leader is told.
HELD_TOO_LONG = timedelta(hours=2)
#: Homes somebody may be behind the plan: a long talk is no problem.
BEHIND_BY = 3
#: The longest period one page or file covers.
LONGEST = timedelta(days=731)
#: Days that make sense here: a typing mistake must not leave the calendar.
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


class Need(enum.StrEnum):
    """Why a route asks for its leader."""

    NOT_STARTED = "not_started"
    SILENT = "silent"
    BEHIND = "behind"
    UNFINISHED = "unfinished"
    WRONG_ADDRESS = "wrong_address"
    REFUSED = "refused"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Progress:
    """One route at one moment; minutes are counted from local midnight of the route's day."""

    starts: int
    ends: int
    planned: int
    #: Homes the plan has behind it by now.
    due: int
    done: int
    wrong_address: int
    refused: int
    last_report: int | None
    #: For how long the volunteer's phone has held reports without a break.
    held_for: timedelta = timedelta()


def needs(progress: Progress, now: int) -> tuple[Need, ...]:
    """What the leader should look at, most urgent first. `now` may lie before or after the day."""
    found = [*_time_needs(progress, now)]
    if progress.held_for >= HELD_TOO_LONG:
        found.append(Need.HELD)
    if progress.wrong_address:
        found.append(Need.WRONG_ADDRESS)
    if progress.refused:
        found.append(Need.REFUSED)
    return tuple(found)


def _time_needs(progress: Progress, now: int) -> list[Need]:
    if progress.done >= progress.planned or now < progress.starts + STARTS_WITHIN:
        return []
    if now > progress.ends:
        return [Need.UNFINISHED]
    if progress.last_report is None:
        return [Need.NOT_STARTED]
    found = []
    if now - progress.last_report > SILENT_AFTER:
        found.append(Need.SILENT)
    if progress.due - progress.done >= BEHIND_BY:
        found.append(Need.BEHIND)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and the moments they begin and end where the teams work."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        """The first moment of the first day, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after the last day, in UTC."""
        return midnight(self.last + timedelta(days=1), self.zone)


def period(first: date | None, last: date | None, *, today: date, zone: ZoneInfo) -> Period:
    """The days asked for; without any, this month until today. Swapped ends are put in order."""
    last = sensible(last or max(today, first or today))
    first = sensible(first or last.replace(day=1))
    if first > last:
        first, last = last, first
    return Period(max(first, last - LONGEST), last, zone)


def sensible(day: date) -> date:
    """The day, or the nearest one that makes sense."""
    return min(max(day, EARLIEST), LATEST)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins where the teams work, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def minute_of(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Minutes from the day's midnight to the moment: negative before, over 1,440 after."""
    return int((moment - midnight(day, zone)).total_seconds() // 60)
