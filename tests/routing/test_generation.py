"""Plans are dived for in routes made for them; the best where all can be tried."""

from dataclasses import replace
from itertools import permutations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.routing import budget, check, encoding, field, planner, pool, turnwise
from outreach.routing.budget import Budget, Lane
from outreach.routing.diving import Part
from outreach.routing.generation import Answer, Generation
from outreach.routing.insertion import Draft
from tests.routing.making import improved, question, scattered, value
from tests.routing.worlds import street


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
    with patch.object(made, "_better", side_effect=AssertionError("nothing is left to look for")):
        answer = improved(made, [], Budget(5.0, most_cpu=1e9))
    assert answer.worth == pytest.approx(most, abs=0.05)


def test_a_plan_is_made_from_nothing_and_keeps_every_rule() -> None:
    day = street(24, 3, metres=60)
    known, made = question(day)
    told: list[list[int]] = []
    answer = improved(made, [], Budget(1.0, most_cpu=1e9), told.append)
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
        answer = improved(made, chosen, Budget(5.0, stop=stop, most_cpu=1e9))
        assert answer.worth >= plan.figures.value - 0.02
        assert len(answer.chosen) <= 4


def test_neighbourhoods_searched_side_by_side_share_nothing() -> None:
    known, made = question(scattered(120, 24, seed=2, minutes=60))
    routes = [known.known.add(0, [3 * team, 3 * team + 1], 20.0) for team in range(22)]
    plan = Answer(routes, 440.0)
    for _ in range(30):
        one, other = made._neighbourhoods(plan, np.arange(120), 2)
        assert len(one.free) == len(other.free) == 10
        assert not set(one.free) & set(other.free)
        assert not set(one.scope.homes) & set(other.scope.homes)
        rest = set(range(66)) - {home for route in routes for home in known.known.order[route]}
        assert rest & set(one.scope.homes)  # homes that nobody visits are open to one of them
        for part in (one, other):
            own = {home for route in part.free for home in known.known.order[route]}
            others = {home for route in routes for home in known.known.order[route]} - own
            assert own <= set(part.scope.homes)
            assert not others & set(part.scope.homes)
        assert one.scope.teams.tolist() == [12]  # with the two that have no route
        assert other.scope.teams.tolist() == [10]


def test_every_team_has_its_turn_as_the_middle_of_a_neighbourhood() -> None:
    known, made = question(scattered(120, 24, seed=2, minutes=60))
    routes = [known.known.add(0, [5 * team], 20.0) for team in range(24)]
    seen: set[int] = set()
    for _ in range(24):
        for group in made._groups(routes, 2):
            seen.update(group)
    assert seen == set(routes)


def test_a_worse_dive_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known, made = question(street(24, 3, metres=60))
    chosen = known.numbers([[0, 1, 2], [], []], made.pricing)
    monkeypatch.setattr(made, "_whole", lambda _floor, _homes, _lane: Answer([], 0.0))
    assert improved(made, chosen, Budget(0.0, most_cpu=1e9)).chosen == chosen


@pytest.mark.parametrize(("took", "again"), [(3.0, True), (9.0, False)])
def test_all_teams_are_dived_for_again_only_where_there_is_time_for_it(
    monkeypatch: pytest.MonkeyPatch, took: float, again: bool
) -> None:
    known, made = question(street(24, 3, metres=60))
    chosen = known.numbers([[0, 1, 2], [], []], made.pricing)
    asked = []

    def whole(_floor: float, _homes: object, lane: Lane) -> None:
        lane.go_on(took)

    def wholes(*_all: object) -> list[Part]:
        asked.append(1)
        return []

    monkeypatch.setattr(made, "_whole", whole)
    monkeypatch.setattr(made, "_wholes", wholes)
    monkeypatch.setattr(made, "_better", lambda *_all: [])
    improved(made, chosen, Budget(30.0, most_cpu=1e9))
    assert bool(asked) == again


def test_long_plans_are_made_so_and_one_seed_is_one_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnwise, "_LEAST_MADE", 1.0)
    monkeypatch.setattr(budget, "_FAST", 0.0)  # a machine near the border may be taken for either
    used = []
    made = Generation.best

    def watched(self: Generation, *args: object) -> object:
        used.append(1)
        return made(self, *args)  # type: ignore[arg-type]

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
