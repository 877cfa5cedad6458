"""What a day needs: reasons, promises, breaks, things to carry, finished work, fair minutes."""

from dataclasses import replace
from typing import Any

import pytest

from outreach.routing import planner
from outreach.routing.plan import Reason
from outreach.routing.problem import (
    Break,
    Household,
    Instance,
    PreviousRoute,
    Team,
    WalkingSource,
)
from tests.routing.breaches import breaches
from tests.routing.worlds import SHIFT, street, world


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


def test_everybody_rests_in_time_and_nobody_is_left_out_for_it() -> None:
    instance = street(30, 3, metres=60, prize=60.0)
    rest = Break(9 * 3600, 9 * 3600 + 2400, 1200)
    instance = replace(
        instance, teams=tuple(replace(team, breaks=(rest,)) for team in instance.teams)
    )
    for seconds in (0, 0.3):
        plan = planner.solve(instance, seconds=seconds)
        assert breaches(instance, plan) == []
        assert plan.left_out == ()
        for route in plan.routes:
            ((begins, ends),) = route.breaks
            assert rest.earliest <= begins <= rest.latest
            assert ends - begins == rest.lasts_s


def test_where_walking_is_a_guess_a_promise_is_made_with_slack() -> None:
    window = (9 * 3600, 9 * 3600 + 1800)
    known = street(1, 1, tw=window)
    guess = replace(known, walking=WalkingSource.STRAIGHT_LINE)
    late = replace(known.teams[0], shift=(window[1] - 200, 39_600))
    assert planner.solve(replace(known, teams=(late,)), seconds=0).left_out == ()
    missed = planner.solve(replace(guess, teams=(late,)), seconds=0).left_out
    assert [left.household for left in missed] == ["H0"]
    held = replace(guess, teams=(late,), previous_plan=(PreviousRoute("T0", ("H0",)),))
    assert planner.solve(held, seconds=0).left_out == ()


def test_a_team_brings_no_more_than_it_can_carry() -> None:
    instance = street(6, 2, load=2, prize=60.0)
    small = replace(instance.teams[0], capacity=5)
    plan = planner.solve(replace(instance, teams=(small, instance.teams[1])), seconds=0.1)
    assert len(plan.stops()["T0"]) <= 2
    assert plan.left_out == ()


def test_a_home_that_must_be_visited_takes_the_place_of_one_that_need_not() -> None:
    instance = street(40, 1, prize=200.0)
    must = replace(instance.households[39], required=True, prize=0.0)
    full = replace(instance, households=(*instance.households[:39], must))
    assert planner.solve(full, seconds=0).unmet == ()


def test_the_way_back_of_who_has_worked_counts_as_walking() -> None:
    """H0 is done; on to H1 and back is four steps of the street, and three are allowed."""
    instance = street(2, 1, metres=100, prize=60.0)
    step = int(instance.walk_s[0, 1])
    team = replace(instance.teams[0], end=0, frozen_prefix=("H0",), max_walk_s=3 * step)
    instance = replace(instance, teams=(team,), now=SHIFT[0])
    plan = planner.solve(instance, seconds=0)
    assert breaches(instance, plan) == []
    assert plan.stops() == {"T0": ["H0"]}


def test_who_carries_too_much_already_is_given_nothing_after_a_rest() -> None:
    instance = street(2, 1, metres=50, prize=60.0)
    rest = Break(SHIFT[0] + 1800, SHIFT[0] + 1800, 60)
    team = replace(instance.teams[0], capacity=0, breaks=(rest,), frozen_prefix=("H0",))
    done = replace(instance.households[0], load=1)
    instance = replace(
        instance, teams=(team,), households=(done, instance.households[1]), now=SHIFT[0]
    )
    assert planner.solve(instance, seconds=0).stops() == {"T0": ["H0"]}
