"""The planner: a good start, a pruned search, fair minutes, and an answer that was checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from outreach.routing import (
    balance,
    breaks,
    check,
    explain,
    insertion,
    scoring,
    starts,
    timetable,
    turns,
)
from outreach.routing import field as fields
from outreach.routing.budget import CEILING, WORK, Budget, Progress, never
from outreach.routing.demands import broken
from outreach.routing.engine import Found
from outreach.routing.insertion import Draft
from outreach.routing.mode import Mode
from outreach.routing.plan import Plan
from outreach.routing.problem import Instance
from outreach.routing.search import Search

Routes = Sequence[Sequence[int]]
Watcher = Callable[[Progress], bool]

#: Share of the time kept for composing and checking the answer.
_LAST_SHARE = 0.02


class Unplannable(ValueError):
    """The instance contradicts itself; the message is a sentence that says where."""


def solve(
    instance: Instance,
    *,
    seconds: float,
    seed: int = 0,
    progress: Watcher | None = None,
    mode: Mode = Mode.LEAST,
    stop: Callable[[], bool] = never,
    most_cpu: float | None = None,
) -> Plan:
    """The best plan found in so many CPU seconds, whichever threads spend them.

    A plan by insertion is there after a fraction of a second, whatever the budget, and with
    `seconds=0` it is the answer. `progress` is called a few times per second with the best so far;
    when it returns False, or `stop` returns True, the best plan is returned at once. One seed gives
    one plan: the seconds are counted as work (`budget`), and only a machine too slow for them (at
    `most_cpu` CPU seconds, or a little over) or somebody who stops it cuts the search short. `mode`
    says how much of `previous_plan` may change; without one it says nothing.
    """
    for sentence in broken(instance):
        raise Unplannable(sentence)
    order = _Order(seed, mode, progress, stop)
    most = CEILING * seconds if most_cpu is None else most_cpu
    work = WORK * seconds
    if breaks.needed(instance):
        return _with_breaks(instance, order, Budget(work, None, stop, most))
    planner = _Planner(instance, order.seed, order.mode)
    return planner.plan(order.budget(planner, work, most))


@dataclass(frozen=True, slots=True)
class _Order:
    """How to plan, whatever is planned."""

    seed: int
    mode: Mode
    progress: Watcher | None
    stop: Callable[[], bool]

    def budget(self, planner: "_Planner", work: float, most_cpu: float) -> Budget:
        watch = None if self.progress is None else planner.teller(self.progress)
        return Budget(work, watch, self.stop, most_cpu)


def _with_breaks(instance: Instance, order: _Order, whole: Budget) -> Plan:
    """The plan of the parts between breaks, put together again and checked as a whole."""
    if order.progress is not None:
        order = replace(order, progress=_of_parts(order.progress, instance))

    def part(parts: Instance, share: float) -> Plan:
        planner = _Planner(parts, order.seed, order.mode)
        most = max(0.0, whole.ceiling - whole.cpu()) * share
        asked = whole.left() * share
        spend = order.budget(planner, asked, most)
        plan = planner.plan(spend)
        # What a fast machine did beyond it is not taken from the parts to come (`Budget.look`).
        whole.charge(min(asked, spend.spent()), spend.elsewhere)
        return plan

    stops, left_out, last = breaks.planned(instance, part)
    unmet = _unmet(instance, stops)
    return Plan(
        routes=tuple(
            timetable.route(instance, instance.team[team], homes) for team, homes in stops.items()
        ),
        left_out=left_out,
        figures=scoring.figures(instance, stops),
        walking=instance.walking,
        unmet=tuple(left for left in left_out if left.household in unmet),
        finished=last.finished,
        seconds=whole.cpu(),
    )


def _of_parts(progress: Watcher, instance: Instance) -> Watcher:
    """A watcher of plans of parts: it is shown whole routes."""

    def tell(news: Progress) -> bool:
        def plan() -> Plan:
            stops = breaks.joined(instance, news.plan().stops())
            return Plan(
                routes=tuple(
                    timetable.route(instance, instance.team[team], homes)
                    for team, homes in stops.items()
                ),
                left_out=(),
                figures=scoring.figures(instance, stops),
                walking=instance.walking,
                finished=False,
            )

        return progress(Progress(news.fraction, news.visits, plan))

    return tell


class _Planner:
    """One run: the best routes so far and what is left of the budget."""

    def __init__(self, instance: Instance, seed: int, mode: Mode) -> None:
        self.field = fields.build(instance)
        self.seed, self.mode = seed, mode
        self.found: Found = list
        self.budget = Budget(0)

    def teller(self, progress: Watcher) -> Callable[[float], bool]:
        """What tells a watcher of the best routes so far."""

        def tell(fraction: float) -> bool:
            routes = self.found()
            visits = sum(map(len, routes))
            return progress(Progress(fraction, visits, lambda: self._compose(routes)))

        return tell

    def plan(self, budget: Budget) -> Plan:
        """The answer, when the budget is spent or the watcher has had enough."""
        self.budget = budget
        draft = starts.best(self.field, self.budget)
        if self.mode is not Mode.FILL and insertion.force(draft):
            insertion.fill(draft)
        self._found(draft.routes)
        if self.mode is not Mode.FILL and draft.taken.any() and self.budget.left() > 0:
            search = Search(
                draft, self.budget, seed=self.seed, mode=self.mode, tell=self._tell_routes
            )
            draft = search.run(1 - _LAST_SHARE)
        insertion.fill(draft)
        if self.field.instance.fair and not self._settled() and not balance.fair(draft):
            balance.even_out(draft, lambda: not self.budget.stopped)
        if self.field.instance.fair and not self._settled():
            turns.take(draft, lambda: not self.budget.stopped)
        return self._compose(draft.routes)

    def _settled(self) -> bool:
        """Whether people hold routes that fairness alone must not take from them."""
        return self.mode is not Mode.FREE and bool(self.field.instance.held_by)

    def _tell_routes(self, found: Found) -> None:
        self.found = found

    def _found(self, routes: Routes) -> None:
        kept = [list(route) for route in routes]
        self.found = lambda: kept

    def _compose(self, routes: Routes) -> Plan:
        """Timetables, reasons and figures, checked against every rule."""
        field, instance = self.field, self.field.instance
        stops = field.stops(routes)
        unmet = _unmet(instance, stops)
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
            seconds=self.budget.cpu(),
        )


def _unmet(instance: Instance, stops: check.Stops) -> set[str]:
    """Homes that had to be served and are not. Any other broken rule is a mistake of ours."""
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
