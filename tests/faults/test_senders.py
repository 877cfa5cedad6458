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
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.settings import ROOT
from outreach.messaging import services
from outreach.messaging.models import Message, MessageEvent, Spending, Status
from outreach.places.models import Area
from outreach.web import Outreach
from tests.factories import Make
from tests.provider import Contract, Fault, LocalTwilio

SENDERS = 4


def test_killed_senders_send_nothing_twice_and_lose_nothing(app: Outreach, make: Make) -> None:
    _kill_and_look(app, make, messages=600, kills=4, patience=240)


@pytest.mark.soak
def test_ten_thousand_messages_survive_killed_senders(app: Outreach, make: Make) -> None:
    _kill_and_look(app, make, messages=10_000, kills=24, patience=1800)


def _kill_and_look(
    app: Outreach, make: Make, *, messages: int, kills: int, patience: float
) -> None:
    """Senders die at random moments while messages drain; then every book must agree."""
    area = make.live_area(budget=messages)
    _want(make, area, messages)
    chance = random.Random(7)
    with LocalTwilio(Contract.published() if messages < 1000 else None) as provider:
        provider.latency = 0.15 if messages < 1000 else 0.02
        with _senders(app, provider) as senders:
            step = messages // (kills + 1)
            for _ in range(kills):
                provider.faults.append(chance.choice([Fault.DROP_AFTER_TAKING, Fault.DROP]))
                senders.kill_whoever_waits(
                    provider, after=chance.randint(step // 3, step), last=messages - 1
                )
            _until_settled(app.db, messages, patience)
        taken = Counter(row.to for row in provider.stored.values())
        known = set(provider.stored)
        assert provider.violations == []
    with app.db.transaction(read_only=True) as session:
        stored = session.scalars(sa.select(Message)).all()
        session.expunge_all()
        orphaned = sa.select(MessageEvent.message_id).where(MessageEvent.reason == "sender_stopped")
        found_again = session.scalar(
            sa.select(sa.func.count(MessageEvent.id)).where(
                MessageEvent.message_id.in_(orphaned),
                MessageEvent.status == Status.ACCEPTED,
                MessageEvent.source == "books",
            )
        )
        spent = session.scalar(sa.select(Spending.spent).where(Spending.commune_id == area.id))
    assert set(taken.values()) == {1}, "a resident got the same message twice"
    assert {message.phone for message in stored} == set(taken)
    assert {message.provider_ref for message in stored} == known
    assert spent == messages, "each message is paid for once"
    assert found_again, "no kill came between the provider's taking and our writing it down"


class Senders:
    """Sender processes, each ready to be killed."""

    def __init__(self, database: str, provider: str) -> None:
        self._command = [sys.executable, "-m", "tests.faults.sender", database, provider]
        self._running = [self._start() for _ in range(SENDERS)]
        for process in self._running:
            self._ready(process)

    def kill_whoever_waits(self, provider: LocalTwilio, *, after: int, last: int) -> None:
        """So many messages later, kill the sender whose message was taken this very moment.

        Its answer is still on the way. Another sender is started, and takes over when it is up.
        """
        goal = min(len(provider.stored) + after, last)
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


def _want(make: Make, area: Area, count: int) -> None:
    now = clock.now()
    wishes = [
        make.wish(
            area=area,
            now=now,
            phone=f"+849{make.number():08}",
            expires_at=now + timedelta(hours=6),
        )
        for _ in range(count)
    ]
    days = (now.date(), now.date())
    services.want_exactly(make.session, "visit_reminder", wishes, days=days, now=now)
    make.session.commit()


def _until_settled(db: Database, count: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with db.transaction(read_only=True) as session:
            counted = sa.select(Message.status, sa.func.count()).group_by(Message.status)
            states = {row[0]: row[1] for row in session.execute(counted)}
        if states == {Status.ACCEPTED: count}:
            return
        time.sleep(0.2)
    raise AssertionError(f"not everything is settled: {states}")
