"""Pure decisions about rounds: what may be done when, hours cut to a session, promises kept."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from outreach.rounds.models import State

T = TypeVar("T")

#: Days ahead that can be planned.
FURTHEST = timedelta(days=60)
#: Somebody who can come for less than this is not worth a route.
SHORTEST_MINUTES = 30
#: More homes than this are not looked at in one round; the neediest come first.
MOST_HOMES = 3000
#: A worker that said nothing for so long has lost its round.
LEASE = timedelta(seconds=15)
#: What broke so often is given up.
ATTEMPTS = 3
#: Seconds by the wall clock from asking to having a plan, storing left aside.
PATIENCE_S = 18.0
#: CPU seconds for a proposal, and how long a leader waits for one (the bar is 15 s by the clock).
AGAIN_S, AGAIN_PATIENCE_S = 5, 11.0
#: Nothing new can begin sooner than this on the day itself.
NOTICE_S = 300

PLANNABLE = frozenset({State.DRAFT, State.PROPOSED, State.PUBLISHED})
EDITABLE = frozenset({State.PROPOSED, State.PUBLISHED})


class Broken(enum.StrEnum):
    """What a stop or a route would break if it were walked so."""

    LATE = "late"
    EARLY = "early"
    SKILL = "skill"
    AFTER_SHIFT = "after_shift"
    ABSENT = "absent"
    #: Rules for the safety of visitors: `rounds.safety`.
    ALONE = "alone"
    NOT_NAMED = "not_named"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes since midnight."""

    starts: int
    ends: int


def within(starts: int, ends: int, session: Hours) -> Hours | None:
    """Somebody's hours cut to a session; None when too little is left."""
    cut = Hours(max(starts, session.starts), min(ends, session.ends))
    return cut if cut.ends - cut.starts >= SHORTEST_MINUTES else None


def may_be_planned_for(day: date, today: date) -> bool:
    """Whether a round may be made for that day."""
    return today <= day <= today + FURTHEST


def solve_seconds(homes: int) -> int:
    """CPU seconds that are worth spending on so many homes."""
    return max(2, min(12, 2 + homes // 100))


def overlap(one: Hours, other: Hours) -> bool:
    """Whether nobody can be at both."""
    return one.starts < other.ends and other.starts < one.ends


def after_planning(*, published: bool, stops: int) -> State:
    """The state of a round whose planning ended, with so many stops in it now."""
    if published:
        return State.PUBLISHED
    return State.PROPOSED if stops else State.DRAFT


def broken(
    starts_s: int,
    window: tuple[int, int] | None,
    skill: str | None,
    skills: Collection[str],
) -> list[Broken]:
    """What one stop breaks: its window, or a skill its volunteer lacks."""
    found = []
    if window and starts_s > window[1]:
        found.append(Broken.LATE)
    if window and starts_s < window[0]:
        found.append(Broken.EARLY)
    if skill and skill not in skills:
        found.append(Broken.SKILL)
    return found


def runs_over(ends: int, leaves_s: int | None) -> bool:
    """Whether the last door closes after its volunteer's hours (in minutes); None: no door does.

    Minutes of work do not tell: what was begun late ends late.
    """
    return leaves_s is not None and leaves_s > ends * 60


#: Where walking times are guessed from straight lines, so much of the walking up to a door may
#: come on top: plans of straight lines took 27-33 % longer on the streets of Ho Chi Minh City and
#: Liechtenstein (`../shared/planning/README.md` §5), and a told window has three quarters of an
#: hour of its own. Never more than the most seconds: a window of half a morning tells nobody when.
SLACK_SHARE, MOST_SLACK_S = 0.25, 30 * 60


@dataclass(frozen=True, slots=True)
class Leg:
    """When somebody arrives at a home and leaves it, in seconds of the day."""

    arrives_s: int
    leaves_s: int


def slack(starts_s: int, legs: Sequence[Leg], walking_s: int) -> list[int]:
    """Seconds by which each home of a route may be reached later than planned.

    Of a route made while its day ran, hours between legs passed without walking: nobody walks more
    than the route's `walking_s`.
    """
    found, walked, here = [], 0, starts_s
    for leg in legs:
        walked = min(walking_s, walked + max(0, leg.arrives_s - here))
        here = leg.leaves_s
        found.append(min(MOST_SLACK_S, round(walked * SLACK_SHARE)))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes of work over those who work: least, mean, most."""

    least: float
    mean: float
    most: float


def spread(seconds: Sequence[int]) -> Spread:
    """How evenly work is spread."""
    if not seconds:
        return Spread(0, 0, 0)
    return Spread(min(seconds) / 60, sum(seconds) / len(seconds) / 60, max(seconds) / 60)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def version(changed: Iterable[datetime]) -> str:
    """Names the state of a day's routes, from when their rounds changed last."""
    latest = max(changed, default=_EPOCH)
    return str((latest - _EPOCH) // _TICK)


def moment_of(told: str) -> datetime | None:
    """When a version came to be; None for what is no version."""
    if not (told.isascii() and told.isdigit() and len(told) <= 17):
        return None
    return _EPOCH + int(told) * _TICK


def reordered(items: Sequence[T], item: T, position: int) -> list[T]:
    """The items with one moved to (or put in at) a 1-based position; beyond the end is the end."""
    rest = [other for other in items if other is not item]
    at = max(0, min(position - 1, len(rest)))
    return [*rest[:at], item, *rest[at:]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A stop of a route in order, in seconds of the day, as it was planned."""

    arrives_s: int
    leaves_s: int
    service_s: int
    #: Nobody is visited before this.
    opens_s: int = 0
    done: bool = False


def expected(
    stops: Sequence[Planned], *, begins_s: int, done_s: int | None, now_s: int
) -> list[int | None]:
    """When each stop will begin, if walks and visits take what was planned; None for those done.

    `done_s` is when the last visit was reported: who is early stays early, who is late, late. Who
    has reported nothing by now is at the door at the earliest now.
    """
    found: list[int | None] = []
    at: int | None = None
    left = begins_s
    for stop in stops:
        walk = max(0, stop.arrives_s - left)
        left = stop.leaves_s
        if stop.done:
            found.append(None)
            continue
        if at is None:
            came = stop.arrives_s if done_s is None else done_s + walk
            arrives = max(came, now_s)
        else:
            arrives = at + walk
        starts = max(arrives, stop.opens_s)
        found.append(starts)
        at = starts + stop.service_s
    return found
