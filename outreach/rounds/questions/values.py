"""What a round asks the planner and what it answers, as plain values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outreach.routing.streets.cache import OnStreets


@dataclass(frozen=True, slots=True)
class Home:
    """A home that may be visited. Times are seconds since local midnight."""

    id: str
    latitude: float
    longitude: float
    service_s: int
    prize: int
    skill: str | None = None
    #: The visit begins within these.
    opens_s: int | None = None
    closes_s: int | None = None
    #: Whether it was promised: an agreed appointment.
    required: bool = False
    #: The only walker who may go there.
    walker: str | None = None
    #: Walkers whose turf it is in: they are preferred.
    own: tuple[str, ...] = ()
    #: Only a pair may go there.
    never_alone: bool = False
    #: The only people who may go there; empty: anybody.
    only: tuple[str, ...] = ()
    #: The visit ends by this: it is dark then.
    dark_s: int | None = None


@dataclass(frozen=True, slots=True)
class Walker:
    """A volunteer's session. `done` are homes visited already, in order."""

    id: str
    latitude: float
    longitude: float
    starts_s: int
    ends_s: int
    skills: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    absent: bool = False
    #: The route stays as `held` has it.
    locked: bool = False
    #: The most homes, with those done; None: as many as there is time for.
    most: int | None = None
    #: Seconds walked on a usual outing lately: who walked most is given the shorter ways.
    carried_s: int = 0
    #: Who walks, where it is a pair or homes name people; empty: one person, the walker's id.
    people: tuple[str, ...] = ()
    #: The most seconds of walking; None: as many as there is time for.
    most_walk_s: int | None = None
    #: A rest: begins between two times, and lasts so many seconds.
    rest: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One session to plan. `held` says who goes where today, where people know it already."""

    homes: tuple[Home, ...]
    walkers: tuple[Walker, ...]
    detour_factor: float
    #: None: walking is in straight lines × the detour factor.
    streets: OnStreets | None = None
    now_s: int | None = None
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0
    #: Seconds by the wall clock after which the best so far is taken.
    patience_s: float = 60.0
    seed: int = 1
    #: How much of `held` may change (`routing.mode.Mode`).
    mode: str = "least"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of an answer."""

    home: str
    arrives_s: int
    starts_s: int


@dataclass(frozen=True, slots=True)
class Walk:
    """One walker's stops with what they take, in seconds."""

    walker: str
    visits: tuple[Visit, ...]
    walking_s: int
    service_s: int
    waiting_s: int
    #: When the rest begins, where one is taken.
    rest_s: int | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A home nobody visits, and why (`routing.plan.Reason` and its facts)."""

    home: str
    reason: str
    facts: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan."""

    walks: tuple[Walk, ...]
    missed: tuple[Missed, ...]
    seconds: float
    finished: bool
    #: Whether walking times are those of streets, and the homes that no street comes near.
    on_streets: bool = False
    far: tuple[str, ...] = ()


def owned(home: Home, walkers: Sequence[str]) -> Home:
    """The home as one of these walkers' own turf, where there are any."""
    return dataclasses.replace(home, own=tuple(sorted(walkers))) if walkers else home


def pinned(home: Home, walker: str | None) -> Home:
    """The home for this walker only, where one is named."""
    return dataclasses.replace(home, walker=walker) if walker else home
