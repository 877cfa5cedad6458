"""Workers killed with signal 9 while they plan: the old plan or the new one, never half of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach.rounds import jobs, rules, services
from outreach.rounds.models import LeftOut, Round, State, Stop
from tests.rounds.worlds import ZONE, World, state_of

ROOT = Path(__file__).resolve().parents[2]
#: Works on what is due; with `store`, dies in the middle of storing: all written, not committed.
WORKER = """
import os, signal, sys
import sqlalchemy as sa
from zoneinfo import ZoneInfo
from outreach import schema
from outreach.core.db import Database, Session
from outreach.rounds import jobs
from outreach.rounds.models import Stop
db = Database(sys.argv[1])
if sys.argv[2] == "store":
    def die(session, _context):
        if any(isinstance(row, Stop) for row in session.new):
            os.kill(os.getpid(), signal.SIGKILL)
    sa.event.listen(Session, "after_flush", die)
print("ready", flush=True)
jobs.plan_due(db, ZoneInfo("Asia/Ho_Chi_Minh"))
"""


@pytest.fixture
def work(settings) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a worker process; the string says where it dies by itself, if anywhere."""
    started: list[subprocess.Popen[str]] = []

    def start(dies: str = "") -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, settings.database_url, dies],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.communicate()


def ask(world: World, round_: Round) -> None:
    round_.solve_seconds = 5
    services.request_planning(world.session, round_, actor=world.leader, now=datetime.now(UTC))
    world.session.commit()


def whole(world: World, round_: Round) -> list[tuple[object, ...]]:
    """The stored plan, to compare."""
    world.session.expire_all()
    stops = world.session.execute(
        sa.select(Stop.id, Stop.route_id, Stop.position, Stop.starts_s)
        .where(Stop.round_id == round_.id)
        .order_by(Stop.id)
    ).all()
    left = world.session.execute(
        sa.select(LeftOut.household_id, LeftOut.reason)
        .where(LeftOut.round_id == round_.id)
        .order_by(LeftOut.household_id)
    ).all()
    world.session.commit()
    return [tuple(row) for row in (*stops, *left)]


def solvers_of(pid: int) -> list[int]:
    """Solver processes that this process started."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> bool:
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease of whoever was killed has expired."""
    moment = datetime.now(UTC) + rules.LEASE + timedelta(seconds=1)
    monkeypatch.setattr("outreach.core.clock.now", lambda: moment)


def tomorrow(world: World) -> Round:
    today = datetime.now(UTC)
    return world.create(now=today, day=(today.astimezone(ZONE) + timedelta(days=1)).date())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_killed_while_the_solver_thinks_leaves_the_old_plan(
    world: World, work, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.homes(12)
    round_ = tomorrow(world)
    assert _killed_while_thinking(world, round_, work) == -signal.SIGKILL
    assert whole(world, round_) == []
    assert state_of(round_) is State.PLANNING
    assert jobs.plan_due(world.db, ZONE) == 0, "the lease still holds"
    later(monkeypatch)
    assert jobs.plan_due(world.db, ZONE) == 1
    first = whole(world, round_)
    assert len(first) == 12
    monkeypatch.undo()
    _killed_while_thinking(world, round_, work)
    assert whole(world, round_) == first


def _killed_while_thinking(world: World, round_: Round, work) -> int:
    ask(world, round_)
    worker = work("")
    until(lambda: solvers_of(worker.pid))
    (solver,) = solvers_of(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    until(lambda: gone(solver))
    return int(worker.returncode)


def test_a_worker_killed_while_it_stores_leaves_the_old_plan(
    world: World, work, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.homes(8)
    round_ = tomorrow(world)
    round_.solve_seconds = 0
    ask(world, round_)
    worker = work("store")
    assert worker.wait(60) == -signal.SIGKILL
    assert whole(world, round_) == []
    assert state_of(round_) is State.PLANNING
    later(monkeypatch)
    assert jobs.plan_due(world.db, ZONE) == 1
    assert len(whole(world, round_)) == 8
    assert state_of(round_) is State.PROPOSED


def test_a_solver_killed_alone_is_told_as_a_failure(world: World, work) -> None:
    world.homes(8)
    round_ = tomorrow(world)
    ask(world, round_)
    worker = work("")
    until(lambda: solvers_of(worker.pid))
    os.kill(solvers_of(worker.pid)[0], signal.SIGKILL)
    assert worker.wait(60) == 0
    assert whole(world, round_) == []
    assert (round_.state, round_.failure) == (State.DRAFT, "solver_broke")


def test_planning_that_is_stopped_stops_the_solver(world: World, work) -> None:
    world.homes(8)
    round_ = tomorrow(world)
    ask(world, round_)
    worker = work("")
    until(lambda: solvers_of(worker.pid))
    (solver,) = solvers_of(worker.pid)
    services.stop_planning(world.session, round_, actor=world.leader, now=datetime.now(UTC))
    world.session.commit()
    until(lambda: gone(solver))
    assert worker.wait(60) == 0
    assert whole(world, round_) == []
    assert round_.state is State.DRAFT
