"""A night: what a team costs besides thinking, two workers beside one, and workers that are killed.

Teams of 500 homes, eight people and turf; each night plans another day of the same teams.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from benchmarks import scratch
from benchmarks.report import Row, write
from outreach import schema  # noqa: F401 - every table
from outreach.core.db import Database
from outreach.nights import jobs
from outreach.nights.models import Outcome, Run
from outreach.rounds.models import Round
from tests.nights.towns import Town, tomorrow, worker

TEAMS, HOMES, PEOPLE, TURFS = 12, 500, 8, 8
#: CPU seconds of thinking, as a night of a hundred teams and more gives to each.
THINKS = 2
#: Seconds between two kills, and how many.
EVERY, KILLS = (2.0, 4.0), 4


def main() -> bool:
    return write("nights", rows())


@dataclass(frozen=True, slots=True)
class _Night:
    """One night as it went."""

    seconds: float
    cpu: float
    thinking: float
    whole: int

    @property
    def rate(self) -> float:
        """Teams in a minute."""
        return self.whole / self.seconds * 60


def rows() -> Iterator[Row]:
    with scratch.database() as (db, make):
        town = Town(make, make.session, teams=TEAMS, homes=HOMES, people=PEOPLE, turfs=TURFS)
        first = tomorrow()
        alone = _night(db, town, first, workers=1)
        yield Row(
            f"a team of {HOMES} homes: CPU besides thinking, v. thinking", "s",
            (alone.cpu - alone.thinking) / TEAMS, alone.thinking / TEAMS, 0.5, at_most=True,
        )  # fmt: skip
        both = _night(db, town, first + timedelta(days=1), workers=2)
        # no bar: one planner's two threads keep both cores busy already, so a second worker gains
        # what reading and storing leave idle, at most a third; it is for more cores and machines
        yield Row("two workers, v. one", "teams/min", both.rate, alone.rate)
        killed = _night(db, town, first + timedelta(days=2), workers=2, kills=KILLS)
        yield Row(
            f"teams with one whole plan after {KILLS} kills, v. none", "teams",
            killed.whole, both.whole, 1.0,
        )  # fmt: skip
        yield Row(f"two workers, killed {KILLS} times", "teams/min", killed.rate, both.rate)


def _night(db: Database, town: Town, day: date, *, workers: int, kills: int = 0) -> _Night:
    assert jobs.begin(db, day) == TEAMS
    url, dice = db.engine.url.render_as_string(hide_password=False), random.Random(1)
    crew = [_ready(url) for _ in range(workers)]
    began, cpu = time.monotonic(), 0.0
    for _ in range(kills):
        time.sleep(dice.uniform(*EVERY))
        victim = crew.pop(0)
        victim.send_signal(signal.SIGKILL)
        cpu += _ended(victim)
        crew.append(_ready(url))
    cpu += sum(_ended(one) for one in crew)
    return _Night(time.monotonic() - began, cpu, *_made(db, town, day))


def _ready(url: str) -> subprocess.Popen[str]:
    process = worker(url, seconds=str(THINKS))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _ended(process: subprocess.Popen[str]) -> float:
    """CPU seconds of a worker and of the planners that it saw end."""
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout is not None:
        process.stdout.close()
    return used.ru_utime + used.ru_stime


def _made(db: Database, town: Town, day: date) -> tuple[float, int]:
    """CPU seconds of thinking in all plans, and the teams that have exactly one whole plan."""
    with db.transaction(read_only=True) as session:
        runs = session.scalars(sa.select(Run).where(Run.day == day)).all()
        assert {run.outcome for run in runs} == {Outcome.PLANNED}
        made = session.scalars(sa.select(Round).where(Round.day == day)).all()
        thinking = sum(float(str(round_.figures["seconds"])) for round_ in made)
    whole = {round_.team_id for round_ in made if town.accounted(round_) == HOMES}
    return thinking, len(whole) if len(made) == len(whole) else 0
