"""Routes made for a plan are allowed, worth what they say, and the best where all can be tried."""

from dataclasses import replace
from itertools import permutations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outreach.routing import (
    check,
    encoding,
    field,
    labels,
    planner,
    pool,
    relaxation,
    scoring,
    turnwise,
)
from outreach.routing.budget import Budget
from outreach.routing.generation import Answer, Generation
from outreach.routing.insertion import Draft
from outreach.routing.pricing import Priced, Scope
from outreach.routing.problem import Household, Instance, Team
from outreach.routing.relaxation import Relaxation
from tests.routing.worlds import SHIFT, street, world, worlds


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


def value(day: Instance, stops: dict[str, list[str]]) -> float:
    """What the judge's own counting says."""
    return scoring.figures(day, stops).value


def priced(known: pool.Pool, made: Generation, prices: np.ndarray) -> list[Priced]:
    homes = np.arange(known.ground.size)
    teams = np.array([len(group) for group in known.encoding.groups])
    return labels.routes(made.pricing, Scope(homes, teams), prices, 0.0, 1_000)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(0, 2**31), st.booleans())
def test_a_made_route_is_allowed_and_worth_what_it_says(
    day: Instance, dice: int, taxed: bool
) -> None:
    homes = [replace(home, service_s=max(60, home.service_s)) for home in day.households]
    teams = [replace(team, frozen_prefix=()) for team in day.teams if not team.absent]
    day = replace(day, households=tuple(homes), teams=tuple(teams), previous_plan=(), now=None)
    assume(len(homes) > 1 and teams)
    assume(all(home.pinned_team in {None, *day.team} for home in homes))
    throw = np.random.default_rng(dice)
    tax = throw.integers(0, 3, (len(teams), len(homes))) * 600.0 * taxed
    known, made = question(day, tax if taxed else None)
    prices = throw.uniform(0, 20, known.known.homes + known.known.kinds)
    for route in priced(known, made, prices):
        number = known.encoding.groups[route.kind][0]
        team = day.teams[number].id
        stops = {team: [day.households[home].id for home in route.order]}
        others = {check.Rule.REQUIRED_NOT_SERVED, check.Rule.PINNED_NOT_SERVED}
        assert [v for v in check.violations(day, stops) if v.rule not in others] == []
        promised = sum(day.households[home].required for home in route.order)
        promised += sum(day.households[home].pinned_team is not None for home in route.order)
        if not promised:
            charged = float(tax[number, list(route.order)].sum()) / 60
            assert route.worth == pytest.approx(value(day, stops) - charged, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31))
def test_of_few_homes_the_best_route_is_found(seed: int) -> None:
    dice = np.random.default_rng(seed)
    day = street(6, metres=300)
    homes = [replace(home, prize=float(dice.integers(1, 40))) for home in day.households]
    team = replace(day.teams[0], shift=(SHIFT[0], SHIFT[0] + 45 * 60))
    day = replace(day, households=tuple(homes), teams=(team,))
    known, made = question(day)
    prices = np.zeros(known.known.homes + known.known.kinds)
    prices[:6] = dice.uniform(0, 20, 6)
    found = priced(known, made, prices)
    most = 0.0
    for size in range(1, 5):
        for order in permutations(range(6), size):
            stops = {team.id: [homes[home].id for home in order]}
            if not check.violations(day, stops):
                most = max(most, value(day, stops) - float(prices[list(order)].sum()))
    best = max((route.worth - float(prices[list(route.order)].sum()) for route in found), default=0)
    assert best == pytest.approx(most, abs=0.02)


def test_the_relaxation_prices_every_known_route_at_what_it_is_worth_or_more() -> None:
    known, made = question(street(30, 3, metres=60))
    teams = np.array([3])
    top = Relaxation(known.known, Scope(np.arange(30), teams), np.zeros(31), 0.0)
    top.solve()
    assert top.bound == 0.0  # nothing is known yet
    assert top.rounds(20, -np.inf, made.pricing, 1_000, lambda _work: True)
    assert (known.known.reduced(top.prices) < 1e-6).all()
    dual = float(top.prices[:30].sum() + teams @ top.prices[30:])
    assert top.bound == pytest.approx(dual)
    chosen = float(known.known.worth()[top.routes] @ top.share)
    assert top.bound == pytest.approx(chosen)


def test_the_best_mix_only_grows_where_more_routes_are_known_than_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relaxation, "_ROUTES", 8)
    day = street(40, 4, metres=60)
    homes = [replace(home, prize=10.0 + 7 * n % 31) for n, home in enumerate(day.households)]
    known, made = question(replace(day, households=tuple(homes)))
    top = Relaxation(known.known, Scope(np.arange(40), np.array([4])), np.zeros(41), 0.0)
    top.solve()
    bounds = []
    for _ in range(12):
        top.rounds(1, -np.inf, made.pricing, 1_000, lambda _work: True)
        bounds.append(top.bound)
    assert len(known.known) > 30
    assert bounds == sorted(bounds)


def test_part_of_a_programme_is_solved_as_if_it_were_made_anew() -> None:
    known, made = question(scattered(30, 3, seed=4, minutes=90))
    top = Relaxation(known.known, Scope(np.arange(30), np.array([3])), np.zeros(31), 0.0)
    top.solve()
    top.rounds(6, -np.inf, made.pricing, 1_000, lambda _work: True)
    gone = known.known.order[int(top.routes[top.share.argmax()])]
    part = Scope(np.setdiff1d(np.arange(30), gone), np.array([2]))
    top.narrow(part)
    anew = Relaxation(known.known, part, np.zeros(31), 0.0)
    anew.solve()
    assert 0 < top.bound == pytest.approx(anew.bound)
    for one in (top, anew):  # what is made then is taken in as well
        one.rounds(30, 1e-9, made.pricing, 1_000, lambda _work: True)
    assert top.bound == pytest.approx(anew.bound)


def test_a_better_order_of_the_same_homes_counts() -> None:
    known, _ = question(street(6, metres=60))
    worse = known.known.add(0, [2, 0, 1], 10.0)
    top = Relaxation(known.known, Scope(np.arange(6), np.array([1])), np.zeros(7), 0.0)
    top.solve()
    assert top.bound == pytest.approx(10.0)
    assert known.known.add(0, [0, 1, 2], 12.0) == worse
    top.narrow(top.scope)
    assert top.bound == pytest.approx(12.0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.booleans())
def test_a_small_plan_is_the_best_there_is(seed: int, taxed: bool) -> None:
    day = scattered(6, 2, seed=seed, minutes=45)
    teams = day.teams
    dice = np.random.default_rng(seed)
    tax = dice.integers(0, 3, (2, 6)) * 600.0 * taxed
    best: list[dict[frozenset[int], float]] = [{frozenset(): 0.0} for _ in teams]
    for order in (o for size in range(1, 5) for o in permutations(range(6), size)):
        stops = {"T0": [f"H{home}" for home in order]}
        if not check.violations(day, stops):
            for team, each in enumerate(best):
                made_of = value(day, stops) - float(tax[team, list(order)].sum()) / 60
                each[frozenset(order)] = max(each.get(frozenset(order), 0.0), made_of)
    most = max(a + b for x, a in best[0].items() for y, b in best[1].items() if not x & y)
    _, made = question(day, tax if taxed else None)
    lane = Budget(5.0, most_cpu=1e9).lane(5.0)
    with patch.object(made, "_some", side_effect=AssertionError("nothing is left to look for")):
        answer = made.best([], np.arange(6), lane, lambda _chosen: None)
    assert answer.worth == pytest.approx(most, abs=0.05)


def test_a_plan_is_made_from_nothing_and_keeps_every_rule() -> None:
    day = street(24, 3, metres=60)
    known, made = question(day)
    budget = Budget(1.0, most_cpu=1e9)
    told: list[list[int]] = []
    answer = made.best([], np.arange(24), budget.lane(1.0), told.append)
    assert told
    assert told[-1] == answer.chosen
    routes = known.routes(answer.chosen)
    stops = known.ground.stops(routes)
    assert check.violations(day, stops) == []
    assert value(day, stops) >= answer.worth - 0.02
    insertion = planner.solve(day, seconds=0)
    assert value(day, stops) >= insertion.figures.value - 0.02


def test_it_is_never_worse_than_what_it_began_with_however_soon_it_is_stopped() -> None:
    day = street(60, 4, metres=60)
    prizes = np.random.default_rng(3).integers(10, 60, 60)
    homes = [replace(h, prize=float(p)) for h, p in zip(day.households, prizes, strict=True)]
    day = replace(day, households=tuple(homes))
    plan = planner.solve(day, seconds=2, most_cpu=1e9)
    number = {home.id: n for n, home in enumerate(day.households)}
    routes = [[number[home] for home in stops] for stops in plan.stops().values()]
    for steps in (1, 2, 5, 30, 300):
        known, made = question(day)
        left = [steps]

        def stop(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        chosen = known.numbers(routes, made.pricing)
        spend = Budget(5.0, stop=stop, most_cpu=1e9).lane(5.0)
        answer = made.best(chosen, np.arange(60), spend, lambda _chosen: None)
        assert answer.worth >= plan.figures.value - 0.02
        assert len(answer.chosen) <= 4


def test_a_route_that_breaks_a_rule_is_not_known() -> None:
    """Its worth is no number, and would poison every price."""
    known, made = question(street(24, 1, metres=60))
    assert known.numbers([list(range(24))], made.pricing) == []  # four hours in three
    assert len(known.known) == 0


def test_a_worse_dive_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known, made = question(street(24, 3, metres=60))
    chosen = known.numbers([[0, 1, 2], [], []], made.pricing)
    monkeypatch.setattr(made, "_whole", lambda _floor, _homes, _go_on: Answer([], 0.0))
    spend = Budget(0.0, most_cpu=1e9).lane(0.0)
    assert made.best(chosen, np.arange(24), spend, lambda _chosen: None).chosen == chosen


def test_long_plans_are_made_so_and_one_seed_is_one_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnwise, "_LEAST_MADE", 1.0)
    used = []
    best = Generation.best

    def watched(self: Generation, *args: object) -> object:
        used.append(1)
        return best(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Generation, "best", watched)
    day = street(120, 4, metres=60, prize=40.0)
    one, two = (planner.solve(day, seconds=3, seed=4, most_cpu=1e9) for _ in range(2))
    assert used
    assert len(used) % 2 == 0
    assert one.stops() == two.stops()
    assert check.violations(day, one.stops()) == []


def test_short_visits_are_left_to_the_search() -> None:
    everybody = np.ones(6, np.bool_)
    for service_s, suited in ((30, False), (600, True)):
        ground = field.build(street(6, service_s=service_s))
        start = Draft(ground)
        task = encoding.Task(np.arange(6), start.routes, start.until)
        assert (pool.Pool(ground, everybody, task).generation(1) is not None) == suited


def test_where_homes_are_worth_different_minutes_to_many_teams_it_is_left_to_the_search() -> None:
    everybody = np.ones(6, np.bool_)
    for teams, suited in ((20, True), (40, False)):
        ground = field.build(street(6, teams))
        start = Draft(ground)
        tax = 10.0 * np.arange(teams * 6, dtype=np.float64).reshape(teams, 6)
        task = encoding.Task(np.arange(6), start.routes, start.until, tax=tax)
        assert (pool.Pool(ground, everybody, task).generation(1) is not None) == suited
