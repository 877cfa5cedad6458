"""Senders are killed while messages drain: nothing the provider took is sent a second time."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.settings import ROOT
from outreach.messaging import services
from outreach.messaging.models import Message, MessageEvent, Status
from outreach.web import Outreach
from tests.factories import Make
from tests.provider import Contract, Fault, LocalTwilio

MESSAGES, SENDERS = 240, 4
PATIENCE = 240


def test_killed_senders_send_nothing_twice_and_lose_nothing(app: Outreach, make: Make) -> None:
    _want(make)
    chance = random.Random(7)
    with LocalTwilio(Contract.published()) as provider:
        provider.latency = 0.03
        with _senders(app, provider) as senders:
            for _ in range(SENDERS):
                time.sleep(chance.uniform(0.05, 0.4))
                provider.faults.append(chance.choice([Fault.DROP_AFTER_TAKING, Fault.DROP]))
                senders.replace_eldest()
            _until_settled(app.db)
        taken = Counter(row.to for row in provider.stored.values())
        known = set(provider.stored)
        assert provider.violations == []
    with app.db.transaction(read_only=True) as session:
        messages = session.scalars(sa.select(Message)).all()
        session.expunge_all()
        uncertain = session.scalar(
            sa.select(sa.func.count(MessageEvent.id)).where(MessageEvent.status == Status.UNCERTAIN)
        )
    assert set(taken.values()) == {1}, "a resident got the same message twice"
    assert {message.phone for message in messages} == set(taken)
    assert {message.provider_ref for message in messages} == known
    assert uncertain, "no kill came between the provider's answer and our writing it down"


class Senders:
    """Sender processes, each ready to be killed."""

    def __init__(self, database: str, provider: str) -> None:
        self._command = [sys.executable, "-m", "tests.faults.sender", database, provider]
        self._running = [self._start() for _ in range(SENDERS)]
        for process in self._running:
            self._ready(process)

    def replace_eldest(self) -> None:
        """Kill one without warning and start another, which takes over when it is up."""
        eldest = self._running.pop(0)
        eldest.send_signal(signal.SIGKILL)
        self._end(eldest)
        self._running.append(self._start())

    def stop(self) -> None:
        for process in self._running:
            process.kill()
            self._end(process)

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def _ready(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def _senders(app: Outreach, provider: LocalTwilio) -> Iterator[Senders]:
    senders = Senders(app.settings.database_url, provider.url)
    try:
        yield senders
    finally:
        senders.stop()


def _want(make: Make) -> None:
    area, now = make.area(), clock.now()
    for _ in range(MESSAGES):
        services.want(make.session, make.wish(area=area, now=now), now=now)
    make.session.commit()


def _until_settled(db: Database) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with db.transaction(read_only=True) as session:
            counted = sa.select(Message.status, sa.func.count()).group_by(Message.status)
            states = {row[0]: row[1] for row in session.execute(counted)}
        if states == {Status.ACCEPTED: MESSAGES}:
            return
        time.sleep(0.2)
    raise AssertionError(f"not everything is settled: {states}")
