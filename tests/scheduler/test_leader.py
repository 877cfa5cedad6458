"""Exactly one of any number of processes ticks, also after the leader has been killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach import scheduler
from outreach.core.db import Database
from outreach.core.settings import ROOT, Settings

PATIENCE = 120


@dataclass
class Candidates:
    """Processes that want to lead, and the file the leader ticks into."""

    processes: list[subprocess.Popen[bytes]]
    ticks: Path

    def leader(self, *, after: int = 0) -> int:
        """The process that made the newest tick, once there are more than `after` of them."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            seen = self.seen()
            if len(seen) > after:
                return seen[-1]
            time.sleep(0.02)
        raise AssertionError("nobody ticks")

    def seen(self) -> list[int]:
        return [int(line) for line in self.ticks.read_text().split()]


@pytest.fixture
def candidates(database_url: str, tmp_path: Path) -> Iterator[Candidates]:
    ticks = tmp_path / "ticks"
    ticks.touch()
    command = [sys.executable, "-m", "tests.scheduler.candidate", database_url, str(ticks)]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    yield Candidates(processes, ticks)
    for process in processes:
        process.kill()
        process.wait()


def test_one_process_ticks_and_another_takes_over_when_it_is_killed(
    candidates: Candidates,
) -> None:
    led: list[int] = []
    for _ in range(3):
        before = len(candidates.seen())
        leader = candidates.leader(after=before + 5)
        assert set(candidates.seen()[before + 1 :]) == {leader}, "two ticked at once"
        assert leader not in led
        led.append(leader)
        os.kill(leader, signal.SIGKILL)
        next(p for p in candidates.processes if p.pid == leader).wait()
    assert set(led) == {process.pid for process in candidates.processes}


def test_two_connections_never_lead_together(database_url: str) -> None:
    db = Database(database_url)
    first, second = scheduler.leadership(db), scheduler.leadership(db)
    assert first.take()
    assert not second.take()
    assert first.holds()
    first.give_up()
    assert second.take()
    second.give_up()
    db.dispose()


def test_a_leader_whose_connection_is_cut_knows_it(database_url: str) -> None:
    db = Database(database_url)
    if db.is_sqlite:
        pytest.skip("a file's lock cannot be cut from outside; PostgreSQL only")
    lead = scheduler.leadership(db)
    assert lead.take()
    with db.engine.connect() as other:
        other.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND pid != pg_backend_pid()"
            )
        )
    assert not lead.holds()
    lead.give_up()
    again = scheduler.leadership(db)
    assert again.take()
    again.give_up()
    db.dispose()


def test_a_job_that_fails_does_not_stop_the_others(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked, stop = threading.Event(), threading.Event()

    def fails() -> None:
        raise ZeroDivisionError

    jobs = [("fails", 0.02, fails), ("ticks", 0.05, ticked.set)]
    monkeypatch.setattr(scheduler, "timetable", lambda settings, db: jobs)
    db, settings = Database(database_url), Settings(database_url=database_url)
    running = threading.Thread(target=scheduler.run, args=(settings, db, stop))
    running.start()
    assert ticked.wait(PATIENCE)
    stop.set()
    running.join(PATIENCE)
    assert not running.is_alive()
    db.dispose()


def test_the_timetable_runs_on_an_empty_database(database_url: str) -> None:
    db = Database(database_url)
    for _name, seconds, job in scheduler.timetable(Settings(database_url=database_url), db):
        assert seconds > 0
        job()
    db.dispose()


def test_the_command_leads_and_leaves_when_told(database_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "scheduler"],
        cwd=ROOT,
        env={**os.environ, "OUTREACH_DATABASE_URL": database_url, "OUTREACH_SECRET_KEY": "x"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert "leading the scheduler" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
