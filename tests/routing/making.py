"""What tests of made routes ask, and of whom."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from outreach.routing import encoding, field, labels, pool, scoring
from outreach.routing.budget import Budget, Crew
from outreach.routing.generation import Answer, Generation
from outreach.routing.insertion import Draft
from outreach.routing.pricing import Priced, Scope, Wanted
from outreach.routing.problem import Household, Instance, Team
from tests.routing.worlds import SHIFT, world


def question(day: Instance, tax: np.ndarray | None = None) -> tuple[pool.Pool, Generation]:
    ground = field.build(day)
    start = Draft(ground)
    task = encoding.Task(np.arange(ground.size), start.routes, start.until, tax=tax)
    known = pool.Pool(ground, np.ones(ground.size, np.bool_), task)
    made = known.generation(1)
    assert made is not None
    return known, made


def scattered(homes: int, teams: int, *, seed: int, minutes: int) -> Instance:
    """Homes within ten minutes' walk; all teams start in their middle."""
    dice = np.random.default_rng(seed)
    points = [(0.0, 0.0), *((float(x), float(y)) for x, y in dice.uniform(-600, 600, (homes, 2)))]
    shift = (SHIFT[0], SHIFT[0] + minutes * 60)
    worth = dice.integers(1, 40, homes).astype(float)
    return world(
        points,
        [Team(id=f"T{n}", start=0, shift=shift) for n in range(teams)],
        [Household(id=f"H{n}", loc=n + 1, service_s=600, prize=worth[n]) for n in range(homes)],
    )


def improved(
    made: Generation,
    chosen: list[int],
    budget: Budget,
    tell: Callable[[list[int]], None] = lambda _chosen: None,
) -> Answer:
    """The best plan over all homes when the budget is spent."""
    homes = np.arange(made.ground.size)
    with ThreadPoolExecutor(1) as threads:
        crew = Crew(budget, threads)
        crew.run([partial(made.open, homes)], budget.seconds)
        return made.best(chosen, homes, crew, budget.seconds, tell)


def value(day: Instance, stops: dict[str, list[str]]) -> float:
    """What the judge's own counting says."""
    return scoring.figures(day, stops).value


def priced(known: pool.Pool, made: Generation, prices: np.ndarray) -> list[Priced]:
    homes = np.arange(known.ground.size)
    teams = np.array([len(group) for group in known.encoding.groups])
    return labels.routes(made.pricing, Scope(homes, teams), prices, 0.0, Wanted(1_000))
