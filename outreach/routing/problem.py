"""What a planner is asked: places, teams and households of one session, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Walking seconds from each location (row) to each location (column).
Walks = NDArray[np.int32]

#: Money does not enter here: every cost is minutes. A minute of waiting weighs a quarter of a
#: minute of walking; a household that changes hands while the day runs weighs ten minutes, one
#: that was promised this morning and is dropped five (the law of `../shared/planning/judge.py`).
WAIT_WEIGHT = 0.25
MOVED_MINUTES = 10
DROPPED_MINUTES = 5


class WalkingSource(StrEnum):
    """Where walking times came from: a plan says so, because straight lines mislead in alleys."""

    MATRIX = "matrix"
    STREETS = "streets"
    STRAIGHT_LINE = "straight_line"


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the ground, in degrees (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of so many seconds that begins between two times, wherever the team then is."""

    earliest: int
    latest: int
    lasts_s: int


@dataclass(frozen=True, slots=True)
class Team:
    """One volunteer or a pair that walks one route. Times are seconds since midnight.

    `size` informs; it does not shorten a visit: `service_s` is what the visit takes whoever comes.
    """

    id: str
    start: int
    shift: tuple[int, int]
    #: None: the route may end at the last door.
    end: int | None = None
    skills: frozenset[str] = frozenset()
    size: int = 1
    max_visits: int | None = None
    max_walk_s: int | None = None
    #: How much of what homes are brought the team can carry; None: enough for everybody.
    capacity: int | None = None
    #: Rests, in order. One is taken as late as the next visit allows, and not at all when no visit
    #: is left; one whose latest time has passed is over.
    breaks: tuple[Break, ...] = ()
    #: The team that this is a part of, where a break parts its session (`breaks`).
    part_of: str | None = None
    #: Stops done or under way: they stay first, in this order.
    frozen_prefix: tuple[str, ...] = ()
    #: An absent team keeps what it has done and gets nothing more.
    absent: bool = False
    #: A locked route stays as `previous_plan` has it: nothing is added, taken away or reordered.
    locked: bool = False
    #: Seconds this team walked on a usual day of the last weeks; `turns` evens that out.
    carried_s: int = 0


@dataclass(frozen=True, slots=True)
class Household:
    """A home that may be visited. `prize` is what a visit is worth, in minutes of walking."""

    id: str
    loc: int
    service_s: int
    prize: float
    #: The team needs all of these ("bank", "pair" for "never alone", a person's name, …).
    skills: frozenset[str] = frozenset()
    #: Service starts inside this window: an appointment, or the hours that are safe here.
    tw: tuple[int, int] | None = None
    required: bool = False
    #: What the team must carry there: phones to hand over, gifts, …
    load: int = 0
    pinned_team: str | None = None
    cancelled: bool = False
    #: Teams whose turf it is in: another goes there only where that saves more than it disturbs.
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PreviousRoute:
    """A route of the plan people already hold."""

    team: str
    stops: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    """One session to plan. Build it with `instances.load` or check it with `demands.broken`."""

    locations: tuple[Location, ...]
    teams: tuple[Team, ...]
    households: tuple[Household, ...]
    walk_s: Walks = field(repr=False)
    name: str = ""
    walking: WalkingSource = WalkingSource.MATRIX
    speed_mps: float = 1.2
    #: Seconds since midnight; nothing new starts before it. None: the day has not begun.
    now: int | None = None
    previous_plan: tuple[PreviousRoute, ...] = ()
    #: Lateness up to this is a cost and not a broken rule.
    tolerance_s: int = 0
    #: What a minute of waiting costs, in minutes of walking.
    wait_weight: float = WAIT_WEIGHT
    #: Whether minutes are shared evenly and territories kept together; else only the value counts.
    fair: bool = True
    #: What the file said besides, kept for writing it back.
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def household(self) -> Mapping[str, Household]:
        return {h.id: h for h in self.households}

    @cached_property
    def team(self) -> Mapping[str, Team]:
        return {t.id: t for t in self.teams}

    @cached_property
    def held_by(self) -> Mapping[str, str]:
        """The team that each household of the previous plan was promised to."""
        return {
            home: route.team
            for route in self.previous_plan
            for home in route.stops
            if home in self.household and not self.household[home].cancelled
        }

    @cached_property
    def frozen(self) -> frozenset[str]:
        return frozenset(home for team in self.teams for home in team.frozen_prefix)


def rests(instance: Instance, team: Team) -> list[Break]:
    """The breaks that are still to come."""
    return [b for b in team.breaks if instance.now is None or b.latest >= instance.now]


def may_serve(team: Team, household: Household) -> bool:
    """Whether this team is allowed at this door, time aside."""
    if household.cancelled or team.absent:
        return False
    if household.pinned_team not in {None, team.id, team.part_of}:
        return False
    return household.skills <= team.skills
