"""Seconds are counted as work: a fast machine does more in them, and none is asked twice."""

from outreach.routing.budget import Budget


def test_a_clearly_faster_machine_gets_more_work_once() -> None:
    budget = Budget(10)
    budget.charge(4.0)  # hardly any CPU was used for it
    budget.look()
    assert budget.seconds == 15
    budget.look()
    assert budget.seconds == 15


def test_a_machine_as_fast_as_ours_gets_what_was_asked_for() -> None:
    budget = Budget(10)
    budget.charge(4.0, elsewhere=3.9)
    budget.look()
    assert budget.seconds == 10


def test_nothing_is_judged_before_there_is_something_to_see() -> None:
    budget = Budget(10)
    budget.charge(0.5)
    budget.look()
    assert budget.seconds == 10
    budget.charge(3.5, elsewhere=3.9)
    budget.look()
    assert budget.seconds == 10
    budget.charge(100.0)
    budget.look()
    assert budget.seconds == 10


def test_progress_never_goes_back() -> None:
    told: list[float] = []

    def watch(fraction: float) -> bool:
        told.append(fraction)
        return True

    budget = Budget(10, watch)
    for _ in range(6):
        budget.charge(1.0)
        budget.going()
        budget.look()
    assert told == sorted(told)
    assert len(told) > 2


def test_a_lane_that_is_over_stays_over() -> None:
    lane = Budget(100.0, most_cpu=0.0).lane(100.0)
    assert not lane.go_on(0.5)  # a long step is looked after at once
    assert not lane.go_on(0.0)
