"""Three workers share a night and are killed at random: every team has one whole plan."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from outreach.nights import jobs
from outreach.nights.models import Outcome
from outreach.rounds.models import State
from outreach.web import Outreach
from tests.factories import Make
from tests.nights.towns import Town, tomorrow, worker


@pytest.fixture
def workers() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def _work_and_kill(
    town: Town,
    workers: list[subprocess.Popen[str]],
    url: str,
    *,
    kills: int,
    patience: float,
    **how,
) -> int:
    """Keep three workers going until every night ended; how many were killed."""
    dice, killed, end = random.Random(7), 0, time.monotonic() + patience
    running = [worker(url, **how) for _ in range(3)]
    workers += running
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    while any(run.ended_at is None for run in town.runs()):
        assert time.monotonic() < end, "the night does not end"
        time.sleep(dice.uniform(0.3, 1.0))
        if killed < kills:
            victim = dice.choice(running)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            running.remove(victim)
            running.append(worker(url, **how))
            workers.append(running[-1])
            killed += 1
    return killed


def _check_whole(town: Town, homes: int) -> None:
    for rounds in town.drafts().values():
        (made,) = rounds
        assert made.state is State.PROPOSED
        assert town.accounted(made) == homes
    runs = town.runs()
    assert {run.outcome for run in runs} == {Outcome.PLANNED}
    assert any(run.attempts > 1 for run in runs), "nobody was killed at work"


def test_every_team_has_exactly_one_whole_draft_however_workers_die(
    make: Make, app: Outreach, session, settings, workers
) -> None:
    town = Town(make, session, teams=20, homes=6)
    assert jobs.begin(app.db, tomorrow()) == 20
    assert _work_and_kill(town, workers, settings.database_url, kills=8, patience=240) == 8
    _check_whole(town, 6)


@pytest.mark.soak
def test_a_merged_ward_of_a_hundred_teams_is_planned_in_a_night(
    make: Make, app: Outreach, session, settings, workers
) -> None:
    town = Town(make, session, teams=100, homes=500, people=8, turfs=8)
    assert jobs.begin(app.db, tomorrow()) == 100
    how, began = {"lease": 30, "seconds": ""}, time.monotonic()
    killed = _work_and_kill(town, workers, settings.database_url, kills=10, patience=3600, **how)
    took = time.monotonic() - began
    assert killed == 10
    _check_whole(town, 500)
    print(f"100 teams of 500 homes in {took:.0f} s, {6000 / took:.1f} a minute")  # noqa: T201 - a soak is watched
