"""Seconds are counted as work: a fast machine does more in them, and none is asked twice."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from outreach.routing.budget import Budget, Crew, Lane


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def until_over(lane: Lane) -> float:
    """Works as long as the lane lets it, a second at a time; how long that was."""
    while lane.go_on(1.0):
        pass
    return lane.work


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


def test_jobs_side_by_side_share_the_work_that_is_left(threads: ThreadPoolExecutor) -> None:
    budget = Budget(100.0, most_cpu=1e9)
    budget.charge(10.0)
    crew = Crew(budget, threads)
    assert crew.run([until_over, until_over], 50.0) == [20.0, 20.0]
    assert budget.spent() == 50.0
    assert crew.run([until_over, until_over], 1e9, others=60.0) == [25.0, 5.0]
    assert budget.spent() == 80.0
    assert crew.run([until_over], 1e9) == [20.0]
    assert not budget.going()


def test_both_jobs_run_at_once_and_what_they_find_keeps_their_order(
    threads: ThreadPoolExecutor,
) -> None:
    meet = threading.Barrier(2, timeout=20)

    def job(lane: Lane) -> str:
        meet.wait()  # nobody goes on alone
        lane.go_on(1.0)
        return threading.current_thread().name

    here = threading.current_thread().name
    found = Crew(Budget(100.0), threads).run([job, job], 50.0)
    assert found[0] == here != found[1]


def test_cpu_seconds_of_the_other_thread_count(threads: ThreadPoolExecutor) -> None:
    def busy(_lane: Lane) -> None:
        began = time.thread_time()
        while time.thread_time() - began < 0.05:
            pass

    budget = Budget(100.0)
    Crew(budget, threads).run([lambda _lane: None, busy], 50.0)
    assert budget.elsewhere >= 0.05
    assert budget.cpu() >= 0.05


def test_what_goes_wrong_in_another_thread_is_not_lost(threads: ThreadPoolExecutor) -> None:
    def wrong(_lane: Lane) -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        Crew(Budget(100.0), threads).run([lambda _lane: None, wrong], 50.0)
