"""Of plans that are worth about the same the most compact is taken, whatever they are worth."""

from dataclasses import replace

from outreach.routing import compactness, field, planner, scoring
from outreach.routing.insertion import Draft
from outreach.routing.problem import Instance
from tests.routing.breaches import breaches
from tests.routing.worlds import street


def drafts(day: Instance, *plans: list[list[int]]) -> list[Draft]:
    ground = field.build(day)
    return [Draft(ground, routes) for routes in plans]


def test_the_most_compact_is_taken_where_it_costs_next_to_nothing() -> None:
    day = street(8, 2, metres=1)
    mixed, split = drafts(day, [[0, 2, 4, 6], [1, 3, 5, 7]], [[0, 1, 2, 3], [4, 5, 6, 7]])
    assert compactness.best([mixed, split]) is split
    assert compactness.best([split, mixed]) is split


def test_a_plan_that_is_worth_less_is_not_taken_for_its_compactness() -> None:
    fuller, split = drafts(street(8, 2), [[0, 2, 4, 6], [1, 3, 5, 7]], [[0, 1, 2], [4, 5, 6, 7]])
    assert compactness.best([fuller, split]) is fuller


def test_plans_worth_less_than_nothing_and_of_few_stops_are_compared_as_well() -> None:
    near, far = drafts(street(3, 2, prize=0.0), [[0, 1], [2]], [[1, 0], [2]])
    value = [scoring.figures(p.field.instance, p.field.stops(p.routes)).value for p in (near, far)]
    assert value[1] < value[0] < 0
    assert compactness.best([far, near]) is near


def test_homes_that_must_be_seen_are_planned_where_they_are_worth_only_their_walk() -> None:
    day = street(6, 3, prize=0.0, required=True)
    day = replace(day, households=(*day.households[:5], replace(day.households[5], required=False)))
    plan = planner.solve(day, seconds=0.05)
    assert breaches(day, plan) == []
    assert {s.household for r in plan.routes for s in r.stops} >= {f"H{n}" for n in range(5)}
