"""What the scheduler runs for messages: send what is due, settle what is unknown, ask for news.

No transaction is open while a provider is talking. Any number of processes may run these at once:
each works on the messages it has claimed.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError, OperationalError

from outreach.core import clock
from outreach.core.db import Database
from outreach.messaging import rules, services
from outreach.messaging.channels import Busy, Channel, Kind, Outgoing, Refused, Uncertain
from outreach.messaging.services.sending import BATCH, Outcome

log = logging.getLogger(__name__)

#: Messages claimed together, and how many of them are spoken to the provider at once.
CLAIM = 40
THREADS = 8
#: Answers are written down in groups: seldom enough to be cheap, soon enough to be safe.
GROUP = 10
#: A provider that does not answer a question is asked again at a later tick.
UNANSWERED = (Refused, Busy, Uncertain)


def deliver(
    db: Database, channel: Channel, zone: ZoneInfo, *, threads: int = THREADS, claim: int = CLAIM
) -> int:
    """Send everything that is due; how many messages were tried."""
    prepare(db)
    tried = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="sms") as pool:
        while batch := _claimed(db, channel, zone, claim):
            tried += len(batch)
            if not _send(db, channel, pool, batch):
                break
    return tried


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


def _send(db: Database, channel: Channel, pool: ThreadPoolExecutor, batch: list[Outgoing]) -> bool:
    """Hand over a batch; False when the provider wants us to stop for now."""
    halt = threading.Event()
    deadline = time.monotonic() + (rules.LEASE - rules.SPARE).total_seconds()
    futures = {pool.submit(_attempt, channel, m, halt, deadline): m.id for m in batch}
    answered: dict[UUID, Outcome] = {}
    untried: list[UUID] = []
    for future in as_completed(futures):
        outcome = future.result()
        if outcome is None:
            untried.append(futures[future])
            continue
        answered[futures[future]] = outcome
        if len(answered) >= GROUP:
            _record(db, answered)
            answered = {}
    _record(db, answered)
    if untried:
        with db.transaction() as session:
            services.release_unsent(session, untried, now=clock.now())
    return not halt.is_set()


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
    except Exception:  # whatever broke, the message may have left
        log.exception("a message could not be handed to %s", channel.name)
        return Uncertain("defect")


def _record(db: Database, answered: dict[UUID, Outcome]) -> None:
    if answered:
        with db.transaction() as session:
            services.record(session, answered, now=clock.now())
