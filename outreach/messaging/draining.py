"""One emptying of the queue: threads talk to the provider while one keeps the books."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from queue import SimpleQueue
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError, OperationalError

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.failures import described
from outreach.messaging import rules, services
from outreach.messaging.channels import Busy, Channel, Kind, Outgoing, Refused, Uncertain
from outreach.messaging.rules.circuit import LEAST
from outreach.messaging.services import Claimed, Outcome, Terms

log = logging.getLogger(__name__)

#: Messages claimed together at first, and at most: as many as are answered in that time, so that
#: a fast provider costs few transactions and a slow one keeps little from other senders.
CLAIM = 48
MOST = 480
AHEAD = 0.6
#: How many are spoken to the provider at once.
THREADS = 8
#: Answers are written down at least this often: seldom enough to be cheap, soon enough to be safe.
SECONDS = 0.25


class Drain:
    """Takes what is due for one channel until nothing is left or the channel has had enough.

    Threads take messages from one queue and put answers into another; the next batch is claimed
    before the last one has been answered, so that no thread is idle. This thread is woken for a
    group of answers or an empty queue, not for every answer: it would only keep the others waiting.
    """

    def __init__(
        self,
        db: Database,
        channel: Channel,
        zone: ZoneInfo,
        *,
        threads: int = THREADS,
        claim: int = CLAIM,
        barred: frozenset[str] = frozenset(),
    ) -> None:
        self._db, self._channel, self._zone = db, channel, zone
        self._threads, self._claim, self._least = threads, claim, claim
        self._low = 0
        #: In a row; several threads count, and one more or less does not matter.
        self._errors = 0
        self._terms = Terms(channel.name, channel.price, channel.real, barred)
        self._todo: SimpleQueue[tuple[Outgoing, float] | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[UUID, Outcome | None]] = SimpleQueue()
        self._wake = threading.Event()
        #: Set when the provider wants us to stop for now.
        self._halt = threading.Event()
        #: Messages claimed whose answer has not been taken from the queue.
        self._out = 0
        self._answered: dict[UUID, Outcome] = {}
        self._untried: list[UUID] = []
        self._began = time.monotonic()
        self._landed = 0
        #: Whether there was nothing left to take.
        self.emptied = False

    def run(self, *, at_most: int | None = None) -> int:
        """How many messages were claimed; `at_most` when the channel is only tried out."""
        workers = [
            threading.Thread(target=self._work, name=f"sms-{n}", daemon=True)
            for n in range(self._threads)
        ]
        for worker in workers:
            worker.start()
        try:
            return self._drain(at_most)
        finally:
            self._halt.set()  # whatever is still in the queue is not sent behind our back
            for _ in workers:
                self._todo.put(None)
            for worker in workers:
                worker.join()

    def _drain(self, at_most: int | None) -> int:
        claimed, more = 0, True
        while more or self._out:
            if more and self._todo.qsize() <= self._claim // 2:
                batch = self._claimed(min(self._claim, at_most or self._claim))
                claimed += len(batch)
                self._hand_out(batch)
                self.emptied = not batch
                more = bool(batch) and at_most is None
            self._land(low=self._claim // 2 if more else 0)
            self._write()
            self._pace()
            more = more and not self._halt.is_set()
        return claimed

    def _claimed(self, limit: int) -> list[Outgoing]:
        """A batch that is this sender's, or nothing when none is due."""
        for _ in range(3):
            now = clock.now()
            today = now.astimezone(self._zone).date()
            try:
                with self._db.transaction() as session:
                    rows = services.claim(
                        session, terms=self._terms, today=today, now=now, limit=limit
                    )
                return [_outgoing(row, row.expires_at - now) for row in rows]
            except (IntegrityError, OperationalError):
                continue  # another sender wrote to one of these phones this very moment
        return []

    def _hand_out(self, batch: list[Outgoing]) -> None:
        deadline = time.monotonic() + (rules.LEASE - rules.SPARE).total_seconds()
        self._out += len(batch)
        for message in batch:
            self._todo.put((message, deadline))

    def _land(self, *, low: int) -> None:
        """Wait for answers worth writing down, or for the queue to run low, or for a moment."""
        self._low = low
        if self._out and (self._todo.qsize() > low or not self._done.qsize()):
            self._wake.wait(SECONDS)
        self._wake.clear()
        for _ in range(self._done.qsize()):
            message_id, outcome = self._done.get()
            self._out -= 1
            self._landed += 1
            if outcome is None:
                self._untried.append(message_id)
            else:
                self._answered[message_id] = outcome

    def _pace(self) -> None:
        """Claim what was answered in the time to claim ahead for, within the bounds."""
        rate = self._landed / max(time.monotonic() - self._began, 0.001)
        self._claim = min(max(self._least, int(rate * AHEAD)), MOST)

    def _write(self) -> None:
        if not (self._answered or self._untried):
            return
        now = clock.now()
        with self._db.transaction() as session:
            services.record(session, self._answered, now=now)
            services.release_unsent(session, self._untried, now=now)
            services.note_answers(session, self._channel.name, self._answered.values(), now=now)
        self._answered, self._untried = {}, []

    def _work(self) -> None:
        """What each thread does: one message after the other, until there are no more."""
        while (task := self._todo.get()) is not None:
            message, deadline = task
            outcome = _attempt(self._channel, message, self._halt, deadline)
            self._watch(outcome)
            self._done.put((message.id, outcome))
            if self._todo.qsize() <= self._low:
                self._wake.set()

    def _watch(self, outcome: Outcome | None) -> None:
        """Stop when one error follows another: the books will say what is wrong."""
        told = services.counted([] if outcome is None else [outcome])
        if told.good:
            self._errors = 0
        self._errors += told.bad
        if self._errors >= LEAST:
            self._halt.set()


def _outgoing(row: Claimed, valid_for: timedelta) -> Outgoing:
    return Outgoing(
        row.id, row.phone, row.body, row.key, valid_for, request=row.request, sender=row.sender
    )


def _attempt(
    channel: Channel, message: Outgoing, halt: threading.Event, deadline: float
) -> Outcome | None:
    """What came of one message; None when it was not tried."""
    if halt.is_set() or time.monotonic() > deadline:
        return None
    try:
        return channel.send(message)
    except Busy as busy:
        halt.set()
        return busy
    except Refused as refusal:
        if refusal.kind is Kind.CONFIGURATION:
            halt.set()
        return refusal
    except Uncertain as uncertain:
        return uncertain
    except Exception as error:  # noqa: BLE001 - whatever broke, the message may have left
        why = described(error)
        log.error("a message could not be handed to %s: %s", channel.name, why)  # noqa: TRY400
        return Uncertain("defect")
