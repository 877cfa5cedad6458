"""Puts a task into PyVRP's words: whole numbers, load dimensions, depots; reads answers back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvrp

from outreach.routing.field import NEVER, Bools, Field, Floats, Ints

#: PyVRP counts in whole numbers: one unit is a quarter of a second of walking, so that waiting
#: (a quarter as dear) stays exact. A second of walking costs 3 as distance and 1 as duration; one
#: of service costs 1 as duration, which the prize gives back.
_WHOLE, UNITS_A_MINUTE = 4, 240
#: What must be served is worth this many minutes more. A prize, and not PyVRP's `required`: two
#: promises that exclude each other would otherwise leave no plan at all.
_MUST_MINUTES = 1_000
#: A cap nobody reaches, small enough to be summed.
_PLENTY = 10**6


@dataclass(frozen=True, slots=True)
class Task:
    """Which homes compete for which teams' time, and how strongly a team is kept off a home."""

    homes: Ints
    routes: Sequence[Sequence[int]]
    #: Last second of each team's shift for this search (a cap may end it early).
    until: Sequence[int]
    #: Extra seconds of walking charged for serving one of `homes` (column) with a team (row).
    tax: Floats | None = None
    #: What using a team at all earns, in minutes: makes idle teams worth waking.
    wake_minutes: float = 0.0
    #: Added to every prize, so that a tax makes nobody leave a home out.
    bonus_minutes: float = 0.0
    #: Homes that, where they are visited now, may not be left out even for a moment. Where all can
    #: be visited the search is several times as good for it: X-n101-k25 in 6 CPU seconds costs
    #: 28,006 with every home optional and 27,595 with every home required (best known 27,591).
    firm: Bools | None = None
    #: The teams that take part, by number; None: all that are present. Others keep their routes.
    teams: Sequence[int] | None = None


class Encoding:
    """One task as PyVRP's `data`; routes in and out are home numbers per team."""

    def __init__(self, field: Field, task: Task) -> None:
        self.field, self.task = field, task
        self._number = {int(home): seq for seq, home in enumerate(task.homes)}
        present = [t for t, team in enumerate(field.instance.teams) if not team.absent]
        #: Teams that share a vehicle type, by number.
        self.groups = self._alike(present if task.teams is None else sorted(task.teams))
        self.data = self._data()

    def stops(self) -> int:
        """How many of the task's homes are on its routes now."""
        teams = (team for group in self.groups for team in group)
        return sum(home in self._number for team in teams for home in self.task.routes[team])

    def solution(self, routes: Sequence[Sequence[int]] | None = None) -> pyvrp.Solution:
        """The task's routes, or others, as far as its homes are among them."""
        all_routes = self.task.routes if routes is None else routes
        made = []
        for kind, group in enumerate(self.groups):
            for team in group:
                route = all_routes[team]
                visits = [self._number[home] for home in route if home in self._number]
                if visits:
                    made.append(pyvrp.Route(self.data, visits, kind))
        return pyvrp.Solution(self.data, made)

    def worth(self, solution: pyvrp.Solution) -> float:
        """What a solution's routes are worth, in minutes, with the task's taxes and bonuses."""
        units = sum(
            route.prizes()
            - route.distance_cost()
            - route.duration_cost()
            - route.fixed_vehicle_cost()
            for route in solution.routes()
        )
        return float(units) / UNITS_A_MINUTE

    def prizes(self) -> Floats:
        """What the task's homes are worth, in its units."""
        return np.array([client.prize for client in self.data.clients()], np.float64)

    def routes(self, solution: pyvrp.Solution) -> list[list[int]]:
        """A solution as home numbers per team; alike teams keep the route most like their own."""
        found = [list(route) for route in self.task.routes]
        for team in (team for group in self.groups for team in group):
            found[team] = []
        by_type: dict[int, list[list[int]]] = {}
        for route in solution.routes():
            homes = [int(self.task.homes[a.idx]) for a in route if a.is_client()]
            by_type.setdefault(route.vehicle_type(), []).append(homes)
        for kind, routes in by_type.items():
            for team, homes in _keep_hands(self.groups[kind], routes, self.task.routes):
                found[team] = homes
        return found

    def _alike(self, teams: Sequence[int]) -> list[list[int]]:
        """Teams that no home can tell apart share a vehicle type: PyVRP is faster for it."""
        kinds: dict[object, list[int]] = {}
        for team in teams:
            start = self.field.starts[team]
            allowed = self.field.may[team, self.task.homes].tobytes()
            tax = b"" if self.task.tax is None else self.task.tax[team].tobytes()
            kinds.setdefault((start, self.task.until[team], allowed, tax), []).append(team)
        return list(kinds.values())

    def _data(self) -> pyvrp.ProblemData:
        field, homes = self.field, self.task.homes
        places, spot = self._places()
        walks = np.zeros((len(places) + 1, len(places) + 1), np.int64)
        walks[:-1, :-1] = field.walks[np.ix_(places, places)]
        needs, limited = self._needs()
        loaded = any(start.load_left < NEVER // 2 for start in field.starts)
        duration = round(field.instance.wait_weight * _WHOLE)
        visited = {home for route in self.task.routes for home in route}
        firm = self.task.firm
        #: Whether no home at all is optional.
        self.strict = firm is not None and all(firm[h] and int(h) in visited for h in homes)
        #: How many load dimensions are amounts, and not rules of who may go where.
        self.limits = limited + loaded
        clients = []
        for seq, home in enumerate(homes):
            held = firm is not None and bool(firm[home]) and int(home) in visited
            extra = self.task.bonus_minutes + (_MUST_MINUTES if field.must[home] else 0.0)
            delivery = [int(n) for n in needs[:, seq]] + ([1] if limited else [])
            if loaded:
                delivery.append(int(field.load[home]))
            clients.append(
                pyvrp.Client(
                    location=spot[int(field.loc[home])],
                    delivery=delivery,
                    service_duration=int(field.service[home]),
                    tw_early=int(field.opens[home]),
                    tw_late=int(field.closes[home]),
                    prize=round((field.prize[home] + extra) * UNITS_A_MINUTE)
                    + int(field.service[home]) * duration,
                    required=held,
                )
            )
        depots, depot = self._depots(spot, len(places))
        distances: list[Any] = self._distances(walks, spot)
        durations: list[Any] = [walks] * len(distances)
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0)] * len(walks),
            clients=clients,
            depots=depots,
            vehicle_types=self._vehicles(depot, needs, duration, limited=limited, loaded=loaded),
            distance_matrices=distances,
            duration_matrices=durations,
        )

    def _places(self) -> tuple[list[int], dict[int, int]]:
        field = self.field
        used = {int(field.loc[home]) for home in self.task.homes}
        for group in self.groups:
            start = field.starts[group[0]]
            used |= {start.place} | ({start.end} if start.end is not None else set())
        places = sorted(used)
        return places, {place: seq for seq, place in enumerate(places)}

    def _needs(self) -> tuple[Ints, bool]:
        """One load dimension for each set of teams that only some homes accept."""
        allowed = self.field.may[:, self.task.homes]
        heads = [group[0] for group in self.groups]
        patterns = {allowed[heads, seq].tobytes(): seq for seq in range(len(self.task.homes))}
        rows = [
            (allowed[heads] == allowed[heads, seq][:, None]).all(axis=0)
            for seq in patterns.values()
            if not allowed[heads, seq].all()
        ]
        needs = np.array(rows, np.int64).reshape(len(rows), len(self.task.homes))
        return needs, any(s.visits_left < NEVER // 2 for s in self.field.starts)

    def _depots(
        self, spot: dict[int, int], nowhere: int
    ) -> tuple[list[pyvrp.Depot], dict[int, int]]:
        """A depot for each start and end, and the last one for routes that may end anywhere."""
        used: dict[int, int] = {}
        for group in self.groups:
            start = self.field.starts[group[0]]
            for place in (start.place, start.end):
                if place is not None:
                    used.setdefault(place, len(used))
        return [pyvrp.Depot(spot[place]) for place in used] + [pyvrp.Depot(nowhere)], used

    def _distances(self, walks: Ints, spot: dict[int, int]) -> list[Ints]:
        """Walking as cost: one matrix, or one per vehicle type with its taxes on the way in."""
        if self.task.tax is None:
            return [walks]
        into = [spot[int(self.field.loc[home])] for home in self.task.homes]
        taxed = []
        for group in self.groups:
            own = walks.copy()
            tax = self.task.tax[group[0]]
            share = _WHOLE / (_WHOLE - round(self.field.instance.wait_weight * _WHOLE))
            own[:, into] += np.rint(tax * share).astype(np.int64)
            np.fill_diagonal(own, 0)
            taxed.append(own)
        return taxed

    def _vehicles(
        self, depot: dict[int, int], needs: Ints, duration: int, *, limited: bool, loaded: bool
    ) -> list[pyvrp.VehicleType]:
        field, kinds = self.field, []
        for profile, group in enumerate(self.groups):
            start = field.starts[group[0]]
            allowed = field.may[group[0], self.task.homes]
            capacity = [0 if (need.astype(bool) & ~allowed).any() else _PLENTY for need in needs]
            if limited:
                capacity.append(max(0, min(start.visits_left, _PLENTY)))
            if loaded:
                capacity.append(max(0, min(start.load_left, _PLENTY)))
            walk_left = max(0, start.walk_left)
            kinds.append(
                pyvrp.VehicleType(
                    num_available=len(group),
                    capacity=capacity,
                    start_depot=depot[start.place],
                    end_depot=len(depot) if start.end is None else depot[start.end],
                    fixed_cost=-round(self.task.wake_minutes * UNITS_A_MINUTE),
                    tw_early=start.time,
                    tw_late=max(start.time, self.task.until[group[0]]),
                    start_late=start.time,
                    unit_distance_cost=_WHOLE - duration,
                    unit_duration_cost=duration,
                    profile=0 if self.task.tax is None else profile,
                    max_distance=walk_left,
                )
            )
        return kinds


def _keep_hands(
    teams: Sequence[int], routes: Sequence[list[int]], before: Sequence[Sequence[int]]
) -> list[tuple[int, list[int]]]:
    """Hands routes to alike teams so that as many homes as possible stay with their team."""
    free, given = set(teams), []
    overlaps = sorted(
        (
            (len(set(route).intersection(before[team])), -team, seq)
            for seq, route in enumerate(routes)
            for team in teams
        ),
        reverse=True,
    )
    placed: set[int] = set()
    for _, minus_team, seq in overlaps:
        if -minus_team in free and seq not in placed:
            free.remove(-minus_team)
            placed.add(seq)
            given.append((-minus_team, routes[seq]))
    return given
