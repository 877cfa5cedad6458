"""The planner beside plain PyVRP: the same instances, the same CPU seconds, the same judge.

The instances are read where they lie beside the project; without them there is nothing to measure.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import Row, write
from outreach.routing import (
    check,
    encoding,
    engine,
    field,
    insertion,
    instances,
    planner,
    pruning,
    scoring,
)
from outreach.routing.budget import Budget
from outreach.routing.plan import Figures
from outreach.routing.problem import Instance

SHARED = Path(__file__).parents[2] / "shared" / "planning" / "instances"
SECONDS = 10.0
#: PyVRP 0.14 as it comes, but for one thing that our instances need: whole-number minutes.
PLAIN = engine.Tuning(perturbations=25, history=300, lateness=50_000.0)
#: As `../shared/planning/README.md` §7 recommends it: warm start, pruned, perturbation 10.
README = engine.Tuning(perturbations=10, history=300, lateness=50_000.0)


def main() -> bool:
    if not SHARED.is_dir():
        print("planner: ../shared/planning/instances is not here; nothing measured")
        return True
    return write("planner", rows())


def rows() -> Iterator[Row]:
    for name in ("w1200_s1", "quick_s1"):
        instance = instances.load(SHARED / f"{name}.json")
        ours = ours_on(instance)
        plain, tuned = pyvrp_on(instance, PLAIN, warm=False), pyvrp_on(instance, README, warm=True)
        what = f"{name}, {SECONDS:g} s, value V"
        yield Row(f"{what}, v. PyVRP defaults", "min", ours.value, plain.value, 1.05)
        yield Row(f"{what}, v. PyVRP tuned", "min", ours.value, tuned.value, 1.0)
        yield from fairness(name, ours)
    yield from balanced()
    yield from replanned()


def fairness(name: str, ours: Figures) -> Iterator[Row]:
    yield Row(
        f"{name}, longest session over mean", "ratio", ours.max_over_mean, None, 1.15, at_most=True
    )
    if ours.purity is not None:
        yield Row(f"{name}, nearest stops on the same route", "share", ours.purity)


def balanced() -> Iterator[Row]:
    instance = instances.load(SHARED / "bal_300.json")
    ours, plain = ours_on(instance), pyvrp_on(instance, README, warm=True)
    yield Row(
        "bal_300, walking, v. unbalanced", "min", ours.walk_min, plain.walk_min, 1.10, at_most=True
    )
    yield Row("bal_300, teams used", "teams", ours.teams_used, len(instance.teams), 1.0)
    yield from fairness("bal_300", ours)


def replanned() -> Iterator[Row]:
    instance = instances.load(SHARED / "replan_s1.json")
    ours, anew = ours_on(instance), pyvrp_on(instance, README, warm=False)
    yield Row("replan_s1, cost J, v. from scratch", "min", ours.cost, anew.cost, 0.99, at_most=True)
    yield Row("replan_s1, households moved", "homes", ours.moved, None, 6, at_most=True)


def ours_on(instance: Instance) -> Figures:
    plan = planner.solve(instance, seconds=SECONDS)
    if broken := check.check(instance, plan):
        raise AssertionError(f"{instance.name}: {broken[0]}")
    return plan.figures


def pyvrp_on(instance: Instance, tuning: engine.Tuning, *, warm: bool) -> Figures:
    """PyVRP without our layer; cold it sees every home, warm the pruned ones from an insertion."""
    budget = Budget(SECONDS)
    ground = field.build(instance)
    draft = insertion.Draft(ground)
    homes: Sequence[int] | field.Ints = np.flatnonzero(ground.may.any(axis=0))
    if warm:
        insertion.fill(draft)
        homes = np.flatnonzero(pruning.candidates(draft))
    task = encoding.Task(np.asarray(homes, np.int64), draft.routes, draft.until)
    routes = engine.Engine(ground, task, tuning).run(budget.until(SECONDS), cold=not warm)
    return scoring.figures(instance, ground.stops(routes))
