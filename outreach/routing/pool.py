"""Remembers the routes a search walks past, and puts the best of them together anew.

A search finds its good routes at different times; the best plan made of all of them is worth more
than the best plan it met: V of w1200_s1 after 10 CPU seconds 17,417, of its 11,700 routes put
together 17,623.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyvrp

from outreach.routing import insertion, master, pricing, starts
from outreach.routing.catalogue import Catalogue
from outreach.routing.encoding import UNITS_A_MINUTE, Encoding, Task
from outreach.routing.field import Bools, Field, Ints
from outreach.routing.generation import Generation
from outreach.routing.insertion import Draft

#: Routes kept from one time to the next: those the relaxation thinks most of.
_KEPT = 5_000

#: Kinds of team to whom homes are worth different minutes, above which to make routes for one after
#: the other takes too long. Each home in one team's turf, 30 s (V, homes of others' turf): 20 teams
#: 17,384, 77 -> 17,494, 73; 40 teams 24,900, 225 -> 24,702, 239.
_MOST_DIFFERING = 24

#: The kind of team, and the homes in no order.
Key = tuple[int, tuple[int, ...]]


@dataclass(slots=True)
class Recorder:
    """The feasible routes of one search; pass `look` to it."""

    encoding: Encoding
    #: The pool's kinds of team that each vehicle type of the search stands for.
    kinds: list[list[int]]
    homes: list[int]
    #: What each is worth in the task's units, and its homes in order.
    routes: dict[Key, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    _seen: set[tuple[int, int, int, int]] = field(default_factory=set)

    def look(self, solution: pyvrp.Solution) -> None:
        """Remembers the routes of a solution that were not seen before.

        Two routes of one kind with the same prizes, length and time are taken for the same: to
        read each route of every step would take longer than the step.
        """
        for route in solution.routes():
            kind, prizes = route.vehicle_type(), route.prizes()
            mark = (kind, prizes, route.distance(), route.duration())
            if mark in self._seen:
                continue
            self._seen.add(mark)
            if not route.is_feasible():
                continue
            homes = tuple([self.homes[stop.idx] for stop in route if stop.is_client()])
            costs = route.distance_cost() + route.duration_cost() + route.fixed_vehicle_cost()
            every = tuple(sorted(homes))
            for known in self.kinds[kind]:
                _better(self.routes, (known, every), (prizes - costs, homes))


class Pool:
    """The routes of several searches for one question."""

    def __init__(self, ground: Field, candidates: Bools, task: Task) -> None:
        self.ground, self.candidates = ground, candidates
        self.encoding = Encoding(ground, task)
        self.known = Catalogue(ground.size, len(self.encoding.groups))
        self._kind = {team: n for n, group in enumerate(self.encoding.groups) for team in group}
        self._prize = np.zeros(ground.size)
        self._prize[task.homes] = self.encoding.prizes() / UNITS_A_MINUTE
        #: The best of those before `_fresh`, by number.
        self._kept: Ints = np.zeros(0, np.int64)
        self._fresh = 0

    def recorder(self, encoding: Encoding) -> Recorder:
        """What a search over all or some of the homes is watched by."""
        kinds = [sorted({self._kind[team] for team in group}) for group in encoding.groups]
        return Recorder(encoding, kinds, encoding.task.homes.tolist())

    def add(self, recorder: Recorder) -> None:
        """Takes over what was recorded."""
        for (kind, _), (units, order) in recorder.routes.items():
            self.known.add(kind, order, units / UNITS_A_MINUTE)

    def combined(self, floor: float, go_on: master.GoOn) -> list[list[int]] | None:
        """Routes per team, put together from all that are known; None when told to stop.

        `floor` is what the best plan known is worth, in minutes, as the task counts.
        """
        if not len(self.known):
            return None
        live = np.concatenate([self._kept, np.arange(self._fresh, len(self.known))])
        teams = np.array([len(group) for group in self.encoding.groups], np.int64)
        columns = master.Columns(
            self.known.uses[:, live], self.known.worth()[live], self._prize, teams
        )
        answer = master.choose(columns, floor, go_on)
        if answer is None:
            return None
        best = np.argsort(-answer.reduced, kind="stable")[:_KEPT]
        self._kept, self._fresh = live[best], len(self.known)
        return self.routes(live[answer.chosen].tolist())

    def generation(self, seed: int) -> Generation | None:
        """What makes new routes for the question; None where that does not suit it."""
        task, groups = self.encoding.task, self.encoding.groups
        if not pricing.suits(self.ground, self.candidates, len(groups)):
            return None
        # A prize of the task pays for the visit's own time as well (`encoding`).
        served = self.ground.service * (self.ground.instance.wait_weight / 60)
        prize = np.tile(self._prize - served, (len(groups), 1))
        if task.tax is not None:
            prize[:, task.homes] -= task.tax[[group[0] for group in groups]] / 60
        price = pricing.Pricing(self.ground, prize, groups, task.until)
        if price.differing > _MOST_DIFFERING:
            return None
        teams = [len(group) for group in groups]
        return Generation(self.ground, self.known, price, teams, seed)

    def routes(self, chosen: Sequence[int]) -> list[list[int]]:
        """Routes per team, from numbers of `known`; gaps are filled."""
        return self._draft(chosen).routes

    def numbers(self, routes: Sequence[Sequence[int]], price: pricing.Pricing) -> list[int]:
        """Numbers of a plan's routes; one that breaks a rule has none."""
        found = []
        for kind, group in enumerate(self.encoding.groups):
            for team in group:
                if routes[team]:
                    worth = float(price.worths(np.array([kind]), np.array([routes[team]]))[0])
                    if not np.isnan(worth):
                        found.append(self.known.add(kind, routes[team], worth))
        return found

    def _draft(self, chosen: Sequence[int]) -> Draft:
        """Chosen routes as a draft: who is visited twice is left to one, and gaps are filled."""
        task = self.encoding.task
        routes = [list(route) for route in task.routes]
        free = [list(group) for group in self.encoding.groups]
        teams = [team for group in free for team in group]
        for team in teams:
            routes[team] = []
        for number in chosen:
            routes[free[self.known.kind[number]].pop(0)] = list(self.known.order[number])
        _once_each(self.ground, routes, teams)
        draft = Draft(self.ground, routes)
        draft.until = list(task.until)
        for team in teams:
            draft.refresh(team)
            starts.shorten(draft, team)
        insertion.fill(draft, self.candidates, teams=teams)
        return draft


def _better(
    routes: dict[Key, tuple[int, tuple[int, ...]]], key: Key, found: tuple[int, tuple[int, ...]]
) -> None:
    known = routes.get(key)
    if known is None or found[0] > known[0]:
        routes[key] = found


def _once_each(ground: Field, routes: list[list[int]], teams: Sequence[int]) -> None:
    """Takes every home that is on several routes off those where it costs most walking."""
    on: dict[int, list[int]] = {}
    for team in teams:
        for home in routes[team]:
            on.setdefault(home, []).append(team)
    for home, several in on.items():
        while len(several) > 1:
            worst = max(several, key=lambda team: (_saved(ground, routes[team], team, home), -team))
            routes[worst].remove(home)
            several.remove(worst)


def _saved(ground: Field, route: Sequence[int], team: int, home: int) -> int:
    """Seconds of walking that leaving a home out saves."""
    seq, start = route.index(home), ground.starts[team]
    here = ground.loc[home]
    before = start.place if seq == 0 else ground.loc[route[seq - 1]]
    after = ground.loc[route[seq + 1]] if seq + 1 < len(route) else start.end
    saved = int(ground.walks[before, here])
    if after is None:
        return saved
    return saved + int(ground.walks[here, after]) - int(ground.walks[before, after])
