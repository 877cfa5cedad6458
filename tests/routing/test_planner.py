"""Every plan keeps every rule, says why homes were left out, and stops when told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from outreach.routing import check, instances, planner, scoring
from outreach.routing.budget import WORK, Budget, Progress
from outreach.routing.mode import Mode
from outreach.routing.plan import Plan
from outreach.routing.problem import Break, Instance
from tests.routing.breaches import breaches
from tests.routing.referee import objections
from tests.routing.worlds import PLANNING, busy_worlds, judged, street, worlds


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_an_instant_plan_keeps_every_rule(instance: Instance) -> None:
    assert breaches(instance, planner.solve(instance, seconds=0)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_searched_plan_keeps_every_rule(instance: Instance) -> None:
    assert breaches(instance, planner.solve(instance, seconds=0.05)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(busy_worlds(), st.sampled_from(Mode), st.sampled_from([0.0, 0.0, 0.05]))
def test_breaks_and_loads_are_kept_in_every_mode(
    instance: Instance, mode: Mode, seconds: float
) -> None:
    plan = planner.solve(instance, seconds=seconds, mode=mode)
    assert breaches(instance, plan) == []
    past = {t.id: list(t.frozen_prefix) for t in instance.teams}
    assert set(objections(instance, plan.stops())) <= set(objections(instance, past))
    for team, route in ((instance.team[r.team], r) for r in plan.routes):
        rests = dict(zip(route.breaks, team.breaks[-len(route.breaks) :], strict=False))
        for (begins, ends), rest in rests.items():
            assert ends - begins == rest.lasts_s
            assert all(s.leave <= begins or s.arrive >= ends for s in route.stops if not s.frozen)


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


def test_the_same_seed_gives_the_same_plan_whatever_else_the_machine_does() -> None:
    instance = street(60, 4)

    def planned(seed: int) -> Plan:
        return planner.solve(instance, seconds=0.5, seed=seed, most_cpu=60)

    quiet = planned(7)
    with burning():
        assert planned(7).routes == quiet.routes
    assert planner.solve(instance, seconds=0).routes == planner.solve(instance, seconds=0).routes


@contextmanager
def burning() -> Iterator[None]:
    """Another thread that keeps a processor busy."""
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(1000))

    busy = threading.Thread(target=burn)
    busy.start()
    try:
        yield
    finally:
        stop.set()
        busy.join()


@pytest.mark.parametrize("breaks", [(), (Break(9 * 3600, 10 * 3600, 900),)])
def test_the_work_of_all_seconds_is_done(
    monkeypatch: pytest.MonkeyPatch, breaks: tuple[Break, ...]
) -> None:
    made: list[Budget] = []

    class Kept(Budget):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr(planner, "Budget", Kept)
    day = street(60, 4)
    day = replace(day, teams=tuple(replace(team, breaks=breaks) for team in day.teams))
    planner.solve(day, seconds=1.0, most_cpu=60)
    assert max(budget.spent() for budget in made) >= 0.9 * WORK


def test_a_machine_too_slow_for_the_work_stops_at_its_ceiling() -> None:
    plan = planner.solve(street(60, 4), seconds=600, most_cpu=0.3)
    assert plan.finished
    assert plan.seconds < 1.0


def test_it_stops_at_once_when_asked_to() -> None:
    asked = threading.Event()
    asked.set()
    plan = planner.solve(street(60, 4), seconds=600, stop=asked.is_set)
    assert not plan.finished
    assert plan.seconds < 60
    assert breaches(street(60, 4), plan) == []


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
    with burning():
        plan = planner.solve(street(30, 2), seconds=0.3)
    assert plan.seconds < 0.6
