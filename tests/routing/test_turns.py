"""Long ways are taken in turns: who walked most lately walks less, and next to nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.routing import field as fields
from outreach.routing import planner, turns
from outreach.routing.insertion import Draft
from outreach.routing.plan import Plan
from outreach.routing.problem import Household, Instance, Team
from tests.routing.breaches import breaches
from tests.routing.worlds import SHIFT, world, worlds


def far_and_near(carried: tuple[int, ...]) -> Instance:
    """As many clumps of homes as people, the last ones far out; nobody has time for two."""
    clumps = [200, 700, 1500, 2600]
    points = [(0.0, 0.0), *((x + 20.0 * n, 60.0 * n) for x in clumps for n in range(12))]
    return world(
        points,
        [Team(id=f"T{n}", start=0, shift=SHIFT, carried_s=c) for n, c in enumerate(carried)],
        [Household(id=f"H{n}", loc=n + 1, service_s=900, prize=60.0) for n in range(48)],
    )


def walking(plan: Plan) -> dict[str, int]:
    return {route.team: route.walk_s for route in plan.routes}


def test_whoever_carried_most_gets_the_least_walking_and_nothing_is_lost() -> None:
    even = planner.solve(far_and_near((0, 0, 0, 0)), seconds=0.5)
    for tired in range(4):
        carried = tuple(3600 if n == tired else 900 for n in range(4))
        instance = far_and_near(carried)
        plan = planner.solve(instance, seconds=0.5)
        assert breaches(instance, plan) == []
        ways = walking(plan)
        assert ways[f"T{tired}"] == min(ways.values()) < max(ways.values())
        assert plan.figures.value == even.figures.value
        assert plan.figures.work_min == pytest.approx(even.figures.work_min)


def test_over_weeks_everybody_walks_about_the_same() -> None:
    carried = [0, 0, 0, 0]
    for days in range(1, 9):
        plan = planner.solve(far_and_near(tuple(total // days for total in carried)), seconds=0.2)
        ways = walking(plan)
        carried = [total + ways[f"T{n}"] for n, total in enumerate(carried)]
    unfair = planner.solve(far_and_near((0, 0, 0, 0)), seconds=0.2)
    once = walking(unfair)
    assert max(once.values()) / min(once.values()) > 1.5
    assert max(carried) / min(carried) < 1.25


def test_homes_locked_to_somebody_stay_with_them_however_far_they_are() -> None:
    instance = far_and_near((3600, 0, 0, 0))
    pinned = [replace(home, pinned_team="T0") for home in instance.households[36:40]]
    homes = (*instance.households[:36], *pinned, *instance.households[40:])
    locked = replace(instance, households=homes)
    plan = planner.solve(locked, seconds=0.3)
    assert breaches(locked, plan) == []
    assert set(plan.stops()["T0"]) >= {home.id for home in pinned}


@given(worlds(), st.lists(st.integers(0, 5000), min_size=4, max_size=4))
def test_turns_break_no_rule_and_cost_at_most_what_is_stated(
    instance: Instance, carried: list[int]
) -> None:
    plain = planner.solve(instance, seconds=0)
    teams = tuple(replace(team, carried_s=carried[n]) for n, team in enumerate(instance.teams))
    tired = replace(instance, teams=teams)
    plan = planner.solve(tired, seconds=0)
    assert breaches(tired, plan) == []
    lost = plain.figures.value - plan.figures.value
    assert lost <= turns.MOST_LOST * abs(plain.figures.prize) + 1e-6
    assert {h for homes in plan.stops().values() for h in homes} == {
        h for homes in plain.stops().values() for h in homes
    }
    before = sum(t.carried_s * walking(plain).get(t.id, 0) for t in teams)
    assert sum(t.carried_s * walking(plan).get(t.id, 0) for t in teams) <= before + lost * 60 * 5000


def test_nothing_happens_where_nobody_carried_more_than_another() -> None:
    ground = fields.build(far_and_near((900, 900, 900, 900)))
    draft = Draft(ground, [list(range(n * 12, n * 12 + 8)) for n in (3, 2, 1, 0)])
    before = [list(route) for route in draft.routes]
    turns.take(draft, lambda: True)
    assert draft.routes == before


def test_an_exchange_that_costs_more_than_is_stated_is_not_made() -> None:
    """The tired one would walk less, the other one far more: each began near their own homes."""
    points = [(0.0, 0.0), (1000.0, 0.0), (-1300.0, 0.0), (-1310.0, 0.0), (1010.0, 0.0)]
    teams = [
        Team(id="T0", start=0, shift=SHIFT, carried_s=3600),
        Team(id="T1", start=1, shift=SHIFT),
    ]
    homes = [Household(id=f"H{n}", loc=n + 2, service_s=600, prize=60.0) for n in range(3)]
    ground = fields.build(world(points, teams, homes))
    draft = Draft(ground, [[0, 1], [2]])
    turns.take(draft, lambda: True)
    assert draft.routes == [[0, 1], [2]]
    swapped = Draft(ground, [[2], [0, 1]])
    assert swapped.walked(0) < draft.walked(0)
    assert swapped.walked(0) + swapped.walked(1) > draft.walked(0) + draft.walked(1)
