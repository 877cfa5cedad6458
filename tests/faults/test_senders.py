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
from urllib.parse import urlsplit

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
        provider.latency = 0.15
        with _senders(app, provider) as senders:
            for _ in range(SENDERS):
                provider.faults.append(chance.choice([Fault.DROP_AFTER_TAKING, Fault.DROP]))
                senders.kill_whoever_waits(provider, after=chance.randint(5, 40))
            _until_settled(app.db)
        taken = Counter(row.to for row in provider.stored.values())
        known = set(provider.stored)
        assert provider.violations == []
    with app.db.transaction(read_only=True) as session:
        messages = session.scalars(sa.select(Message)).all()
        session.expunge_all()
        orphaned = sa.select(MessageEvent.message_id).where(MessageEvent.reason == "sender_stopped")
        found_again = session.scalar(
            sa.select(sa.func.count(MessageEvent.id)).where(
                MessageEvent.message_id.in_(orphaned),
                MessageEvent.status == Status.ACCEPTED,
                MessageEvent.source == "books",
            )
        )
    assert set(taken.values()) == {1}, "a resident got the same message twice"
    assert {message.phone for message in messages} == set(taken)
    assert {message.provider_ref for message in messages} == known
    assert found_again, "no kill came between the provider's taking and our writing it down"


class Senders:
    """Sender processes, each ready to be killed."""

    def __init__(self, database: str, provider: str) -> None:
        self._command = [sys.executable, "-m", "tests.faults.sender", database, provider]
        self._running = [self._start() for _ in range(SENDERS)]
        for process in self._running:
            self._ready(process)

    def kill_whoever_waits(self, provider: LocalTwilio, *, after: int) -> None:
        """So many messages later, kill the sender whose message was taken this very moment.

        Its answer is still on the way. Another sender is started, and takes over when it is up.
        """
        goal = min(len(provider.stored) + after, MESSAGES - 1)
        while len(provider.stored) < goal:
            time.sleep(0.002)
        newest = list(provider.stored.values())[-1]
        pid = int(urlsplit(str(newest.callback)).path.split("/")[1])
        doomed = next((p for p in self._running if p.pid == pid), self._running[0])
        doomed.send_signal(signal.SIGKILL)
        self._running.remove(doomed)
        self._end(doomed)
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
    area, now = make.live_area(), clock.now()
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
