"""What the scheduler runs for messages: send what is due, settle what is unknown, ask for news.

No transaction is open while a provider is talking. Any number of processes may run these at once:
each works on the messages it has claimed.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError, OperationalError

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.failures import described
from outreach.messaging import rules, services
from outreach.messaging.channels import Busy, Channel, Kind, Outgoing, Refused, Uncertain
from outreach.messaging.services.sending import BATCH, Outcome

log = logging.getLogger(__name__)

#: Messages claimed together, and how many of them are spoken to the provider at once.
CLAIM = 40
THREADS = 8
#: Answers are written down in groups: seldom enough to be cheap, soon enough to be safe.
GROUP = 16
#: A provider that does not answer a question is asked again at a later tick.
UNANSWERED = (Refused, Busy, Uncertain)


def deliver(
    db: Database, channel: Channel, zone: ZoneInfo, *, threads: int = THREADS, claim: int = CLAIM
) -> int:
    """Send everything that is due; how many messages were claimed."""
    prepare(db)
    with ThreadPoolExecutor(threads, thread_name_prefix="sms") as pool:
        return Drain(db, channel, zone, pool, claim).run()


def prepare(db: Database) -> None:
    """Queue, expire and mute what is due, a batch a transaction."""
    moved = BATCH
    while moved >= BATCH:
        with db.transaction() as session:
            moved = services.prepare(session, now=clock.now())


def settle(db: Database, channel: Channel) -> int:
    """Find out what became of messages whose outcome is unknown; how many were asked about."""
    with db.transaction() as session:
        questions = services.to_settle(session, channel=channel.name, now=clock.now())
    for question in questions:
        try:
            found = channel.find(question.phone, question.since)
        except UNANSWERED as silence:
            log.warning("the books of %s could not be read: %s", channel.name, silence)
            break
        with db.transaction() as session:
            services.record_books(session, question.id, found, now=clock.now())
    return len(questions)


def ask_for_news(db: Database, channel: Channel) -> int:
    """Ask about accepted messages that no callback told of; how many were asked about."""
    with db.transaction() as session:
        questions = services.to_ask(session, channel=channel.name, now=clock.now())
    for question in questions:
        assert question.ref is not None
        try:
            entry = channel.status(question.ref)
        except UNANSWERED as silence:
            log.warning("%s did not say how messages fared: %s", channel.name, silence)
            break
        with db.transaction() as session:
            services.record_news(session, question.id, entry, now=clock.now())
    return len(questions)


def _claimed(db: Database, channel: Channel, zone: ZoneInfo, limit: int) -> list[Outgoing]:
    """A batch that is this sender's, or nothing when none is due."""
    for _ in range(3):
        now = clock.now()
        try:
            with db.transaction() as session:
                rows = services.claim(
                    session,
                    channel=channel.name,
                    today=now.astimezone(zone).date(),
                    now=now,
                    limit=limit,
                )
                return [
                    Outgoing(row.id, row.phone, row.body, row.key, row.expires_at - now)
                    for row in rows
                ]
        except (IntegrityError, OperationalError):
            continue  # another sender wrote to one of these phones this very moment
    return []


class Drain:
    """One emptying of the queue: while threads talk to the provider, this one keeps the books.

    The next batch is claimed before the last one has been answered, so that no thread is idle.
    """

    def __init__(
        self,
        db: Database,
        channel: Channel,
        zone: ZoneInfo,
        pool: ThreadPoolExecutor,
        claim: int,
    ) -> None:
        self._db, self._channel, self._zone = db, channel, zone
        self._pool, self._claim = pool, claim
        #: Set when the provider wants us to stop for now.
        self._halt = threading.Event()
        self._flying: dict[Future[Outcome | None], UUID] = {}
        self._answered: dict[UUID, Outcome] = {}
        self._untried: list[UUID] = []

    def run(self) -> int:
        claimed, more = 0, True
        while more or self._flying:
            if more and len(self._flying) <= self._claim // 2:
                batch = _claimed(self._db, self._channel, self._zone, self._claim)
                claimed += len(batch)
                self._submit(batch)
                more = bool(batch)
            landed = self._land()
            if len(self._answered) >= GROUP or not landed or not self._flying:
                self._write()
            more = more and not self._halt.is_set()
        return claimed

    def _submit(self, batch: list[Outgoing]) -> None:
        deadline = time.monotonic() + (rules.LEASE - rules.SPARE).total_seconds()
        for message in batch:
            future = self._pool.submit(_attempt, self._channel, message, self._halt, deadline)
            self._flying[future] = message.id

    def _land(self) -> bool:
        """Take what has been answered; False when for a moment nothing was."""
        done, _ = wait(self._flying, timeout=0.1, return_when=FIRST_COMPLETED)
        for future in done:
            message_id, outcome = self._flying.pop(future), future.result()
            if outcome is None:
                self._untried.append(message_id)
            else:
                self._answered[message_id] = outcome
        return bool(done)

    def _write(self) -> None:
        if not (self._answered or self._untried):
            return
        now = clock.now()
        with self._db.transaction() as session:
            services.record(session, self._answered, now=now)
            services.release_unsent(session, self._untried, now=now)
        self._answered, self._untried = {}, []


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
