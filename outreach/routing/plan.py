"""What a planner answers: who goes where and when, and why some homes were left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.routing.problem import WalkingSource


class Reason(StrEnum):
    """Why a home is not in the plan. The facts that go with each are named beside it."""

    #: The home asked not to be visited. No facts.
    CANCELLED = "cancelled"
    #: No team holds the skill. skill
    NO_SKILL = "no_skill"
    #: The only teams that hold the skill are absent. skill
    SKILL_ABSENT = "skill_absent"
    #: The home belongs to a team that is absent, or that does not exist. team
    PINNED_TEAM_ABSENT = "pinned_team_absent"
    #: The team it belongs to lacks the skill. team, skill
    PINNED_TEAM_LACKS_SKILL = "pinned_team_lacks_skill"
    #: No team at all, or every team is absent. No facts.
    NO_TEAM = "no_team"
    #: Every possible team's shift ends before the window or begins after it. begins, ends
    WINDOW_OUTSIDE_SHIFTS = "window_outside_shifts"
    #: The visit alone takes longer than any possible team has. service_s, free_s
    VISIT_TOO_LONG = "visit_too_long"
    #: Walking there leaves too little of any possible team's shift, or more walking than it may.
    #: walk_s
    TOO_FAR = "too_far"
    #: It is promised at a time when all who could go must keep another promise. household
    PROMISES_CLASH = "promises_clash"
    #: It would fit, and the walking it adds costs more than the visit is worth. walk_s, team
    NOT_WORTH_THE_WALK = "not_worth_the_walk"
    #: A home worth more took the place. household, team
    LOWER_PRIORITY_THAN = "lower_priority_than"
    #: In its window every possible team is with somebody else. begins, ends
    WINDOW_TAKEN = "window_taken"
    #: The teams that hold the skill are full. skill
    SKILLED_TEAMS_FULL = "skilled_teams_full"
    #: The team it belongs to is full. team
    PINNED_TEAM_FULL = "pinned_team_full"
    #: Every team's minutes are used. No facts.
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True)
class Stop:
    """One home on a route. Times are seconds since midnight; `walk_s` is the way to its door."""

    household: str
    arrive: int
    start: int
    leave: int
    walk_s: int
    #: Done or under way: it cannot be moved.
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One team's stops in order. A present team without work has a route without stops."""

    team: str
    stops: tuple[Stop, ...]
    begins: int
    ends: int
    #: All walking, with the way back (`walk_back_s`) where the team has an end place.
    walk_s: int
    walk_back_s: int
    service_s: int
    wait_s: int
    #: Begin and end of each break.
    breaks: tuple[tuple[int, int], ...] = ()

    @property
    def work_s(self) -> int:
        """From the shift's start to the last thing done."""
        return self.ends - self.begins if self.stops else 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A home that nobody visits, with a reason and the facts a sentence needs."""

    household: str
    reason: Reason
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in numbers. Minutes unless the name says seconds; cost and value as the judge's."""

    cost: float
    value: float
    visits: int
    prize: float
    walk_min: float
    wait_min: float
    late_min: float
    moved: int
    dropped: int
    teams_used: int
    #: Minutes of work: least, mean and most over all present teams.
    work_min: tuple[float, float, float]
    #: Share of each stop's four nearest stops that are on its own route; None below six stops.
    purity: float | None

    @property
    def max_over_mean(self) -> float:
        _, mean, most = self.work_min
        return most / mean if mean else 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole answer. It breaks no rule: `check.violations` has said so before it is handed out."""

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    figures: Figures
    walking: WalkingSource
    #: Demands no plan can meet (a required home that nobody can serve, …), in order of finding.
    unmet: tuple[LeftOut, ...] = ()
    #: False when it was stopped before its time was up.
    finished: bool = True
    seconds: float = 0.0

    def stops(self) -> dict[str, list[str]]:
        """The household ids of each team's route, in order."""
        return {route.team: [stop.household for stop in route.stops] for route in self.routes}
