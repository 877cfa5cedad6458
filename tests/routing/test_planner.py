"""Every plan keeps every rule, says why homes were left out, and stops when told."""

import itertools
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from outreach.routing import check, instances, planner, scoring
from outreach.routing.budget import Progress
from outreach.routing.plan import Plan, Reason
from outreach.routing.problem import Household, Instance, PreviousRoute, Team
from tests.routing.worlds import PLANNING, SHIFT, judged, street, world, worlds

TOLERATED = {check.Rule.REQUIRED_NOT_SERVED, check.Rule.PINNED_NOT_SERVED}


def breaches(instance: Instance, plan: Plan) -> list[str]:
    """What the plan breaks that it does not own up to and that the past did not break already."""
    prefixes = {t.id: list(t.frozen_prefix) for t in instance.teams if t.frozen_prefix}
    before = {str(violation) for violation in check.violations(instance, prefixes)}
    unmet = {left.household for left in plan.unmet}
    return [
        str(violation)
        for violation in check.check(instance, plan)
        if str(violation) not in before
        and not (violation.rule in TOLERATED and violation.facts["household"] in unmet)
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_an_instant_plan_keeps_every_rule(instance: Instance) -> None:
    assert breaches(instance, planner.solve(instance, seconds=0)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_searched_plan_keeps_every_rule(instance: Instance) -> None:
    assert breaches(instance, planner.solve(instance, seconds=0.05)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_every_home_is_either_visited_or_left_out_with_a_reason(instance: Instance) -> None:
    plan = planner.solve(instance, seconds=0)
    visited = [stop.household for route in plan.routes for stop in route.stops]
    left = [out.household for out in plan.left_out]
    assert sorted(visited + left) == sorted(home.id for home in instance.households)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_our_judge_and_the_shared_one_agree(instance: Instance) -> None:
    assume(instance.households)
    plan = planner.solve(instance, seconds=0)
    stops = plan.stops()
    theirs = judged(instance, stops)
    figures = scoring.figures(instance, stops)
    ours = [v for v in check.violations(instance, stops) if v.rule != check.Rule.CANCELLED]
    assert len(ours) == theirs["n_violations"]
    assert figures.cost == pytest.approx(theirs["J"], abs=0.1)
    assert (figures.moved, figures.dropped) == (theirs["moved"], theirs["dropped"])


@pytest.mark.parametrize(
    "name",
    [
        *("w1200_s1", "w1200x40_s1", "quick_s1", "bal_300", "scale_2000"),
        *("replan_s1", "replan_s2", "replan_s3"),
    ],
)
def test_the_shared_instances_are_planned_without_a_broken_rule(name: str) -> None:
    path = PLANNING / "instances" / f"{name}.json"
    if not path.exists():
        pytest.skip(f"../shared/planning/instances/{name}.json is not here")
    instance = instances.load(path)
    plan = planner.solve(instance, seconds=1.0)
    theirs = judged(instance, plan.stops())
    assert theirs["violations"] == []
    assert theirs["V"] == pytest.approx(plan.figures.value, abs=0.1)
    assert plan.figures.value > planner.solve(instance, seconds=0).figures.value * 0.99


def test_the_same_seed_takes_the_same_steps() -> None:
    instance = street(60, 4)

    def planned(seed: int) -> Plan:
        steps = itertools.count()
        return planner.solve(instance, seconds=1.5, seed=seed, clock=lambda: next(steps) / 1000)

    assert planned(7) == planned(7)
    assert planner.solve(instance, seconds=0).routes == planner.solve(instance, seconds=0).routes


def test_it_stops_at_once_when_the_watcher_says_so() -> None:
    instance = street(60, 4)
    told: list[Progress] = []

    def enough(progress: Progress) -> bool:
        told.append(progress)
        return False

    began = time.thread_time()
    plan = planner.solve(instance, seconds=600, progress=enough)
    assert time.thread_time() - began < 60
    assert len(told) == 1
    assert not plan.finished
    assert breaches(instance, plan) == []


def test_a_watcher_can_look_at_the_best_plan_so_far() -> None:
    instance = street(60, 4)
    seen: list[tuple[float, int]] = []

    def look(progress: Progress) -> bool:
        so_far = progress.plan()
        assert breaches(instance, so_far) == []
        seen.append((progress.fraction, so_far.figures.visits))
        return True

    planner.solve(instance, seconds=1.0, progress=look)
    assert seen == sorted(seen)
    assert seen[0][1] > 0


def test_other_threads_do_not_use_up_the_budget() -> None:
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(1000))

    busy = threading.Thread(target=burn)
    busy.start()
    try:
        plan = planner.solve(street(30, 2), seconds=0.3)
    finally:
        stop.set()
        busy.join()
    assert 0.2 < plan.seconds < 0.6


def reasons(instance: Instance, seconds: float = 0.0) -> dict[str, Reason]:
    plan = planner.solve(instance, seconds=seconds)
    return {left.household: left.reason for left in plan.left_out}


def one_home(**household: Any) -> Instance:
    return street(1, 1, **household)


@pytest.mark.parametrize(
    ("household", "reason"),
    [
        ({"cancelled": True}, Reason.CANCELLED),
        ({"skills": frozenset({"bank"})}, Reason.NO_SKILL),
        ({"tw": (5 * 3600, 6 * 3600)}, Reason.WINDOW_OUTSIDE_SHIFTS),
        ({"tw": (12 * 3600, 13 * 3600)}, Reason.WINDOW_OUTSIDE_SHIFTS),
        ({"service_s": 4 * 3600}, Reason.VISIT_TOO_LONG),
        ({"prize": 0.5}, Reason.NOT_WORTH_THE_WALK),
    ],
)
def test_a_home_nobody_visits_says_why(household: dict[str, Any], reason: Reason) -> None:
    assert reasons(one_home(**household)) == {"H0": reason}


def test_a_home_beyond_the_shift_is_too_far() -> None:
    far = world(
        [(0, 0), (40_000, 0)],
        [Team("T0", 0, SHIFT)],
        [Household("H0", 1, service_s=60, prize=5000)],
    )
    assert reasons(far) == {"H0": Reason.TOO_FAR}


def test_a_home_whose_team_is_ill_says_so() -> None:
    instance = street(2, 2, pinned_team="T1", prize=30.0)
    ill = replace(instance.teams[1], absent=True)
    instance = replace(instance, teams=(instance.teams[0], ill))
    plan = planner.solve(instance, seconds=0)
    assert {left.reason for left in plan.left_out} == {Reason.PINNED_TEAM_ABSENT}
    assert [left.household for left in plan.unmet] == ["H0", "H1"]


def test_a_skill_whose_holder_is_ill_says_so() -> None:
    instance = street(1, 2, skills=frozenset({"bank"}))
    ill = replace(instance.teams[1], absent=True, skills=frozenset({"bank"}))
    assert reasons(replace(instance, teams=(instance.teams[0], ill))) == {"H0": Reason.SKILL_ABSENT}


def test_a_home_that_lost_its_place_names_the_home_that_took_it() -> None:
    instance = street(30, 1)
    poor = replace(instance.households[0], prize=5.0, service_s=900)
    instance = replace(instance, households=(poor, *instance.households[1:]))
    plan = planner.solve(instance, seconds=0.2)
    left = {out.household: out for out in plan.left_out}
    assert left["H0"].reason is Reason.LOWER_PRIORITY_THAN
    winner = left["H0"].facts["household"]
    assert winner in plan.stops()["T0"]


def test_two_promises_for_the_same_minutes_leave_one_unmet_and_say_so() -> None:
    window = (9 * 3600, 9 * 3600)
    instance = street(2, 1, tw=window, required=True)
    plan = planner.solve(instance, seconds=0.1)
    assert len(plan.unmet) == 1
    assert plan.unmet[0].reason in {Reason.WINDOW_TAKEN, Reason.LOWER_PRIORITY_THAN}


def test_minutes_are_shared_fairly_when_there_is_time_for_all() -> None:
    instance = street(40, 5, metres=60, prize=200.0)
    for seconds in (0, 1.0):
        plan = planner.solve(instance, seconds=seconds)
        assert plan.left_out == ()
        assert plan.figures.teams_used == 5
        assert plan.figures.max_over_mean <= 1.15


def test_finished_work_stays_and_nothing_starts_in_the_past() -> None:
    instance = street(20, 2)
    now = 9 * 3600
    first = replace(instance.teams[0], frozen_prefix=("H3", "H1"))
    instance = replace(
        instance,
        teams=(first, instance.teams[1]),
        now=now,
        previous_plan=(PreviousRoute("T0", ("H3", "H1", "H5")), PreviousRoute("T1", ("H6",))),
    )
    plan = planner.solve(instance, seconds=0.2)
    assert breaches(instance, plan) == []
    assert plan.stops()["T0"][:2] == ["H3", "H1"]
    fresh = [stop for route in plan.routes for stop in route.stops if not stop.frozen]
    assert all(stop.start >= now for stop in fresh)


def test_an_instance_that_contradicts_itself_is_refused_in_words() -> None:
    instance = street(2, 1)
    with pytest.raises(planner.Unplannable, match="0 teams"):
        planner.solve(replace(instance, teams=()), seconds=0)


def test_a_day_without_homes_is_an_empty_plan() -> None:
    plan = planner.solve(street(0, 2), seconds=0.1)
    assert plan.stops() == {"T0": [], "T1": []}
    assert plan.left_out == ()
