"""The worker as it is started: `flask rounds night` and `flask rounds work`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from outreach.nights import services
from outreach.nights.models import Outcome, Run
from tests.turf.grounds import Ground

ROOT = Path(__file__).resolve().parents[2]


def flask(settings, *words: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "OUTREACH_DATABASE_URL": settings.database_url,
        "OUTREACH_SECRET_KEY": "a-key-for-tests-that-nobody-needs-to-guess",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip


def test_a_night_is_begun_worked_at_and_ended_by_commands(ground: Ground, settings) -> None:
    ground.homes(5)
    wish = services.Wish(plans=True, publishes=False, starts=480, ends=690)
    services.want(ground.session, ground.team, wish, actor=ground.leader, now=datetime.now(UTC))
    ground.session.commit()
    assert "1 team(s)" in flask(settings, "rounds", "night").communicate(timeout=120)[0]
    said = flask(settings, "rounds", "work", "--once").communicate(timeout=120)[0]
    assert "1 team(s) done" in said
    assert ground.session.scalars(sa.select(Run)).one().outcome == Outcome.PLANNED


def test_a_worker_that_has_nothing_to_do_ends_when_told(ground: Ground, settings) -> None:
    worker = flask(settings, "rounds", "work")
    assert worker.stdout is not None
    assert "until stopped" in worker.stdout.readline()
    worker.send_signal(signal.SIGTERM)
    assert "0 team(s) done" in worker.communicate(timeout=60)[0]
