"""The planner: a good start, a pruned search, fair minutes, and an answer that was checked."""

from collections.abc import Callable, Sequence

import numpy as np

from outreach.routing import (
    balance,
    check,
    encoding,
    engine,
    explain,
    insertion,
    pruning,
    scoring,
    timetable,
)
from outreach.routing import field as fields
from outreach.routing.budget import Budget, Progress
from outreach.routing.demands import broken
from outreach.routing.field import Field
from outreach.routing.insertion import Draft
from outreach.routing.plan import Plan
from outreach.routing.problem import MOVED_MINUTES, Instance

Routes = Sequence[Sequence[int]]
Watcher = Callable[[Progress], bool]

#: Share of the time kept for composing and checking the answer.
_LAST_SHARE = 0.02
#: Where there is time for everything, this share of it goes to the search that may be unfair;
#: the rest makes it fair.
_FREE_SHARE = 0.5


class Unplannable(ValueError):
    """The instance contradicts itself; the message is a sentence that says where."""


def solve(
    instance: Instance, *, seconds: float, seed: int = 0, progress: Watcher | None = None
) -> Plan:
    """The best plan found in so many CPU seconds of this thread.

    A plan by insertion is there after a fraction of a second, whatever the budget, and with
    `seconds=0` it is the answer. `progress` is called a few times per second with the best so far;
    when it returns False the best plan is returned at once. For one seed the search takes the
    same steps; how many fit into the seconds is up to the machine.
    """
    for sentence in broken(instance):
        raise Unplannable(sentence)
    return _Planner(instance, seconds, seed, progress).plan()


class _Planner:
    """One run: the best routes so far and what is left of the budget."""

    def __init__(
        self, instance: Instance, seconds: float, seed: int, progress: Watcher | None
    ) -> None:
        self.field = fields.build(instance)
        self.seed = seed
        self.found: engine.Found = list
        self.budget = Budget(seconds, None if progress is None else self._teller(progress))

    def _teller(self, progress: Watcher) -> Callable[[float], bool]:
        def tell(fraction: float) -> bool:
            routes = self.found()
            visits = sum(map(len, routes))
            return progress(Progress(fraction, visits, lambda: self._compose(routes)))

        return tell

    def plan(self) -> Plan:
        draft = self._start()
        self._found(draft.routes)
        if self.budget.until(self.budget.seconds)() and draft.taken.any():
            draft = self._searched(draft)
        insertion.fill(draft)
        if not balance.fair(draft):
            balance.even_out(draft, lambda: not self.budget.stopped)
        return self._compose(draft.routes)

    def _found(self, routes: Routes) -> None:
        kept = [list(route) for route in routes]
        self.found = lambda: kept

    def _start(self) -> Draft:
        """What people already hold, where it can still be walked, filled up by insertion."""
        field = self.field
        number = {home.id: n for n, home in enumerate(field.instance.households)}
        team_number = {team.id: n for n, team in enumerate(field.instance.teams)}
        routes: list[list[int]] = [[] for _ in field.starts]
        for route in field.instance.previous_plan:
            team = team_number.get(route.team)
            if team is not None:
                homes = [number[home] for home in route.stops if home in number]
                routes[team] = [home for home in homes if field.may[team, home]]
        draft = Draft(field, routes)
        for team in range(len(routes)):
            _shorten(draft, team)
        insertion.fill(draft)
        return draft

    def _searched(self, draft: Draft) -> Draft:
        homes = np.flatnonzero(pruning.candidates(draft))
        last = self.budget.seconds * (1 - _LAST_SHARE)
        free = last
        if not (pruning.candidates(draft) & ~draft.taken).any():
            free = last * _FREE_SHARE
        best = self._search(draft, homes, draft.until, free)
        if not balance.fair(best) and self.budget.left() > 0:
            best = self._fairer(best, homes, last)
        return best

    def _search(
        self, draft: Draft, homes: fields.Ints, until: Sequence[int], spend: float, *,
        wake: float = 0.0, tell: bool = True,
    ) -> Draft:  # fmt: skip
        task = encoding.Task(homes, draft.routes, until, _move_tax(self.field), wake)
        keep = engine.Engine(self.field, task)
        routes = keep.run(
            self.budget.until(spend), seed=self.seed, on_best=self._keep if tell else None
        )
        better = Draft(self.field, routes)
        if tell:
            self._found(better.routes)
        return better

    def _keep(self, found: engine.Found) -> None:
        self.found = found

    def _fairer(self, free: Draft, homes: fields.Ints, last: float) -> Draft:
        """Searches again with every session capped near the mean; keeps it if nothing is lost."""
        teams = balance.present(self.field)
        mean = sum(balance.worked(free, team) for team in teams) / len(teams)
        until = balance.capped(self.field, mean * 1.1)
        found = self._search(free, homes, until, last, wake=60.0, tell=False)
        if found.taken.sum() < free.taken.sum():
            return free
        return found

    def _compose(self, routes: Routes) -> Plan:
        """Timetables, reasons and figures, checked against every rule."""
        field, instance = self.field, self.field.instance
        stops = field.stops(routes)
        unmet = _unmet(field, stops)
        left_out = explain.left_out(Draft(field, routes))
        return Plan(
            routes=tuple(
                timetable.route(instance, instance.team[team], homes)
                for team, homes in stops.items()
            ),
            left_out=left_out,
            figures=scoring.figures(instance, stops),
            walking=instance.walking,
            unmet=tuple(left for left in left_out if left.household in unmet),
            finished=not self.budget.stopped,
            seconds=self.budget.spent(),
        )


def _unmet(field: Field, stops: check.Stops) -> set[str]:
    """Homes that had to be served and are not. Any other broken rule is a mistake of ours."""
    instance = field.instance
    given = {team.id: team.frozen_prefix for team in instance.teams if team.frozen_prefix}
    history = {str(violation) for violation in check.violations(instance, given)}
    demands = {check.Rule.REQUIRED_NOT_SERVED, check.Rule.PINNED_NOT_SERVED}
    unmet = set()
    for violation in check.violations(instance, stops):
        if violation.rule in demands:
            unmet.add(str(violation.facts["household"]))
        elif str(violation) not in history:
            raise AssertionError(f"the planner broke a rule: {violation}")
    return unmet


def _shorten(draft: Draft, team: int) -> None:
    """Drops the least worth stops of a route until it can be walked."""
    while not draft.feasible(team):
        worth = [
            draft.field.prize[home] + 1e6 * draft.field.must[home] for home in draft.routes[team]
        ]
        draft.remove(team, int(np.argmin(worth)))


def _move_tax(field: Field) -> fields.Floats | None:
    """Seconds charged for serving a home with a team that does not hold it today."""
    held = field.instance.held_by
    if not held:
        return None
    tax = np.zeros(field.may.shape)
    row = {team.id: number for number, team in enumerate(field.instance.teams)}
    for number, home in enumerate(field.instance.households):
        if home.id in held and home.id not in field.instance.frozen:
            tax[:, number] = MOVED_MINUTES * 60
            if held[home.id] in row:
                tax[row[held[home.id]], number] = 0
    return tax
