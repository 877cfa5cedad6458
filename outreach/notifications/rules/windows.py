"""Three other times for a visit: soon, at another hour, and on another kind of day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OFFERED = 3
#: Sessions a window may be put in, as minutes of the day: morning, afternoon, evening.
SESSIONS = ((8 * 60, 10 * 60), (14 * 60, 16 * 60), (18 * 60, 19 * 60 + 30))
#: The first day offered: time to plan it in.
SOONEST = 1
FURTHEST = 14
#: An offer is good for so long.
GOOD_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Span:
    """A window: aware moments in UTC."""

    starts_at: datetime
    ends_at: datetime

    def stored(self) -> str:
        return f"{self.starts_at.isoformat()}/{self.ends_at.isoformat()}"

    @classmethod
    def read(cls, text: str) -> Span:
        first, _, last = text.partition("/")
        return cls(datetime.fromisoformat(first), datetime.fromisoformat(last))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the home that wants another time."""

    #: The window that does not suit.
    now_at: datetime
    #: When they are usually in, minutes of the day.
    home_from: int | None = None
    home_until: int | None = None


def three_windows(
    asked: Asked,
    zone: ZoneInfo,
    *,
    today: date,
    visited: Callable[[date], bool],
    taken: Sequence[datetime] = (),
) -> list[Span]:
    """Up to three windows, in order of time; `visited` says whether teams walk on a day.

    Each on a day of its own that has no other appointment of the home. First the hour they had,
    then another; when the home is usually in, only hours within that.
    """
    busy = {moment.astimezone(zone).date() for moment in taken}
    local = asked.now_at.astimezone(zone)
    sessions = _sessions(asked, local.hour * 60 + local.minute)
    days = [
        day
        for day in (today + timedelta(days=n) for n in range(SOONEST, FURTHEST + 1))
        if visited(day) and day not in busy and day != local.date()
    ]
    chosen = list(_spread(days))
    return [_span(day, *sessions[n % len(sessions)], zone) for n, day in enumerate(sorted(chosen))]


def _spread(days: Sequence[date]) -> Iterator[date]:
    """The two soonest days and the first one of the other kind: a weekend after weekdays."""
    yield from days[:2]
    kinds = {day.weekday() >= 5 for day in days[:2]}
    other = next((day for day in days[2:] if (day.weekday() >= 5) not in kinds), None)
    other = other or (days[2] if len(days) > 2 else None)
    if other is not None:
        yield other


def _sessions(asked: Asked, had: int) -> list[tuple[int, int]]:
    """Sessions that suit, the one they had first; all of them when none does."""
    begin, end = asked.home_from, asked.home_until
    fitting = [
        one
        for one in SESSIONS
        if begin is None or end is None or (begin <= one[0] and one[1] <= end)
    ] or list(SESSIONS)
    return sorted(fitting, key=lambda one: abs(one[0] - had))[:2]


def _span(day: date, first: int, last: int, zone: ZoneInfo) -> Span:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return Span(
        midnight.replace(hour=first // 60, minute=first % 60).astimezone(UTC),
        midnight.replace(hour=last // 60, minute=last % 60).astimezone(UTC),
    )
