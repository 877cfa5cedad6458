"""What the scheduler runs for messages: send what is due, settle what is unknown, ask for news.

No transaction is open while a provider is talking. Any number of processes may run these at once:
each works on the messages it has claimed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.core import clock
from outreach.core.db import Database
from outreach.messaging import services
from outreach.messaging.channels import Busy, Channel, Refused, Uncertain
from outreach.messaging.channels.opening import Channels
from outreach.messaging.draining import CLAIM, THREADS, Drain
from outreach.messaging.rules.circuit import Pick
from outreach.messaging.services.claiming import BATCH

log = logging.getLogger(__name__)

#: A provider that does not answer a question is asked again at a later tick.
UNANSWERED = (Refused, Busy, Uncertain)
#: Templates that may not go out by the channel of this name.
Barred = Callable[[orm.Session, str], frozenset[str]]


def _nothing_barred(_session: orm.Session, _channel: str) -> frozenset[str]:
    return frozenset()


def deliver(
    db: Database,
    channels: Channels,
    zone: ZoneInfo,
    *,
    threads: int = THREADS,
    claim: int = CLAIM,
    barred: Barred = _nothing_barred,
) -> int:
    """Send everything that is due, by the best channel there is; how many were claimed.

    When a channel turns out to be broken, what is left goes by the next one.
    """
    prepare(db)
    claimed, last = 0, None
    names = [way.name for way in channels.ways]
    while names and (pick := _pick(db, names)) is not None and pick != last:
        with db.transaction(read_only=True) as session:
            not_by_this = barred(session, pick.name)
        channel = channels.known[pick.name]
        drain = Drain(db, channel, zone, threads=threads, claim=claim, barred=not_by_this)
        claimed += drain.run(at_most=pick.limit)
        last = pick
        if drain.emptied and not not_by_this:
            break
        if drain.emptied:  # what this channel may not take goes by another
            names.remove(pick.name)
    return claimed


def prepare(db: Database) -> None:
    """Queue, expire and mute what is due, a batch a transaction."""
    moved = BATCH
    while moved >= BATCH:
        with db.transaction() as session:
            moved = services.prepare(session, now=clock.now())


def settle(db: Database, channels: Channels) -> int:
    """Find out what became of messages whose outcome is unknown; how many were asked about."""
    return sum(_settle(db, channel) for channel in channels.known.values())


def ask_for_news(db: Database, channels: Channels) -> int:
    """Ask about accepted messages that no callback told of; how many were asked about."""
    return sum(_ask_for_news(db, channel) for channel in channels.known.values())


def _pick(db: Database, names: list[str]) -> Pick | None:
    with db.transaction() as session:
        return services.choose(session, names, now=clock.now())


def _settle(db: Database, channel: Channel) -> int:
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


def _ask_for_news(db: Database, channel: Channel) -> int:
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
