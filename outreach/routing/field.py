"""The same instance as arrays, with finished work folded into each team's start."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from outreach.routing import timetable
from outreach.routing.problem import (
    DROPPED_MINUTES,
    Household,
    Instance,
    Team,
    WalkingSource,
    Walks,
    may_serve,
)

#: What a home in somebody else's turf costs, in minutes of walking.
FOREIGN_MINUTES = 8.0
#: Later than any second of a day, and small enough to add up without overflow.
NEVER = 10**8
#: The way to a door is guessed from this many nearest homes.
_NEAREST = 3
#: Rows of walking times sorted at once.
_BLOCK = 1024
#: How much earlier than promised a team plans to be at an appointment when it walks in straight
#: lines x a factor: their short hops err by half (`../shared/planning/README.md` §5).
SLACK_S = 300

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Start:
    """Where and when a team is free, and what is left of its limits."""

    place: int
    time: int
    #: Last second of the shift, never before `time`.
    until: int
    end: int | None
    visits_left: int
    walk_left: int
    load_left: int = NEVER


@dataclass(frozen=True)
class Field:
    """Columns over households (and rows over teams), in the order of the instance."""

    instance: Instance
    walks: Walks
    loc: Ints
    service: Ints
    load: Ints
    prize: Floats
    opens: Ints
    closes: Ints
    #: Homes that must be served if that is possible at all.
    must: Bools
    #: Appointments, skilled visits and the like, which pruning never drops.
    special: Bools
    #: May this team (row) serve this home (column)? Finished homes are nobody's any more.
    may: Bools
    starts: tuple[Start, ...]
    #: Minutes that a team (row) is charged for a home (column) of others' turf; None: no turf.
    foreign: Floats | None = None

    @property
    def size(self) -> int:
        return len(self.loc)

    @cached_property
    def way_to(self) -> Floats:
        """Seconds of walking from each home to its nearest few."""
        way = np.zeros(self.size)
        nearest = max(0, min(_NEAREST, self.size - 1))
        for top in range(0, self.size if nearest else 0, _BLOCK):
            rows = np.arange(top, min(top + _BLOCK, self.size))
            apart = self.walks[np.ix_(self.loc[rows], self.loc)]
            apart[rows - top, rows] = np.iinfo(apart.dtype).max
            way[rows] = np.partition(apart, nearest - 1, axis=1)[:, :nearest].mean(axis=1)
        return way

    def stops(self, routes: Sequence[Sequence[int]]) -> dict[str, list[str]]:
        """Whole routes by id: what is done, then these home numbers."""
        homes = self.instance.households
        return {
            team.id: [*team.frozen_prefix, *(homes[h].id for h in route)]
            for team, route in zip(self.instance.teams, routes, strict=True)
            if not team.absent or team.frozen_prefix
        }


def build(instance: Instance) -> Field:
    """The arrays of a sound instance."""
    homes = instance.households
    windows = [_window(instance, home) for home in homes]
    may = np.zeros((len(instance.teams), len(homes)), dtype=np.bool_)
    done = np.array([home.id in instance.frozen for home in homes], dtype=np.bool_)
    kinds: dict[tuple[frozenset[str], str | None, bool], list[int]] = {}
    for number, home in enumerate(homes):
        kinds.setdefault((home.skills, home.pinned_team, home.cancelled), []).append(number)
    for numbers in kinds.values():
        for row, team in enumerate(instance.teams):
            may[row, numbers] = may_serve(team, homes[numbers[0]])
    starts = tuple(_start(instance, team) for team in instance.teams)
    may[:, done] = False
    _lock(instance, may)
    may[
        [start.time > team.shift[1] for start, team in zip(starts, instance.teams, strict=True)]
    ] = False
    return Field(
        instance=instance,
        walks=instance.walk_s,
        loc=np.array([home.loc for home in homes], dtype=np.int64),
        service=np.array([home.service_s for home in homes], dtype=np.int64),
        load=np.array([home.load for home in homes], dtype=np.int64),
        prize=_prizes(instance),
        opens=np.array([window[0] for window in windows], dtype=np.int64),
        closes=np.array([window[1] for window in windows], dtype=np.int64),
        must=np.array([home.required or home.pinned_team is not None for home in homes], np.bool_),
        special=np.array(
            [bool(home.tw or home.skills or home.pinned_team or home.required) for home in homes],
            np.bool_,
        ),
        may=may,
        starts=starts,
        foreign=_foreign(instance),
    )


def _foreign(instance: Instance) -> Floats | None:
    """What keeps homes with whoever looks after them, where one of those is there."""
    if not any(home.own for home in instance.households):
        return None
    charged = np.zeros((len(instance.teams), len(instance.households)))
    row = {team.id: number for number, team in enumerate(instance.teams) if not team.absent}
    for column, home in enumerate(instance.households):
        own = [row[team] for team in home.own if team in row]
        if own:
            charged[:, column] = FOREIGN_MINUTES
            charged[own, column] = 0.0
    return charged


def _window(instance: Instance, home: Household) -> tuple[int, int]:
    """When a visit may begin; less the slack where walking times are a guess.

    What people were promised already keeps its whole window: it is too late for slack.
    """
    if home.tw is None:
        return 0, NEVER
    opens, closes = home.tw
    if instance.walking is WalkingSource.STRAIGHT_LINE and home.id not in instance.held_by:
        closes -= min(SLACK_S, (closes - opens) // 2)
    return opens, closes


def _lock(instance: Instance, may: Bools) -> None:
    """A locked team keeps what it holds, and what it holds is nobody else's."""
    number = {home.id: column for column, home in enumerate(instance.households)}
    held = {route.team: route.stops for route in instance.previous_plan}
    for row, team in enumerate(instance.teams):
        if team.locked:
            own = [number[home] for home in held.get(team.id, ()) if home in number]
            kept = may[row, own]
            may[row] = False
            may[:, own] = False
            may[row, own] = kept


def _prizes(instance: Instance) -> Floats:
    """Prizes in minutes; a home of the previous plan also saves the cost of dropping it."""
    from_drop = instance.held_by
    return np.array(
        [
            home.prize + (DROPPED_MINUTES if home.id in from_drop else 0.0)
            for home in instance.households
        ],
        dtype=np.float64,
    )


def _start(instance: Instance, team: Team) -> Start:
    done = timetable.route(instance, team, team.frozen_prefix)
    if team.frozen_prefix:
        last = done.stops[-1]
        time = last.leave if instance.now is None else max(last.leave, instance.now)
        place = instance.household[last.household].loc
    else:
        time, place = timetable.begins(instance, team), team.start
    return Start(
        place=place,
        time=time,
        until=max(team.shift[1], time),
        end=team.end,
        visits_left=(team.max_visits or NEVER) - len(team.frozen_prefix),
        walk_left=(team.max_walk_s or NEVER) - (done.walk_s - done.walk_back_s),
        load_left=(NEVER if team.capacity is None else team.capacity)
        - sum(instance.household[home].load for home in team.frozen_prefix),
    )
