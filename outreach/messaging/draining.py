"""One emptying of the queue: threads talk to the provider while one keeps the books."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError, OperationalError

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.failures import described
from outreach.messaging import rules, services
from outreach.messaging.channels import Busy, Channel, Kind, Outgoing, Refused, Uncertain
from outreach.messaging.services import Claimed, Outcome, Terms

log = logging.getLogger(__name__)

#: Messages claimed together, and how many of them are spoken to the provider at once.
CLAIM = 40
THREADS = 8
#: Answers are written down in groups: seldom enough to be cheap, soon enough to be safe.
GROUP = 16


class Drain:
    """Takes what is due for one channel until nothing is left or the channel has had enough.

    The next batch is claimed before the last one has been answered, so that no thread is idle.
    """

    def __init__(
        self,
        db: Database,
        channel: Channel,
        zone: ZoneInfo,
        pool: ThreadPoolExecutor,
        *,
        claim: int = CLAIM,
        barred: frozenset[str] = frozenset(),
    ) -> None:
        self._db, self._channel, self._zone = db, channel, zone
        self._pool, self._claim = pool, claim
        self._terms = Terms(channel.name, channel.price, channel.real, barred)
        #: Set when the provider wants us to stop for now.
        self._halt = threading.Event()
        self._flying: dict[Future[Outcome | None], UUID] = {}
        self._answered: dict[UUID, Outcome] = {}
        self._untried: list[UUID] = []
        #: Whether there was nothing left to take.
        self.emptied = False

    def run(self, *, at_most: int | None = None) -> int:
        """How many messages were claimed; `at_most` when the channel is only tried out."""
        claimed, more = 0, True
        while more or self._flying:
            if more and len(self._flying) <= self._claim // 2:
                batch = self._claimed(min(self._claim, at_most or self._claim))
                claimed += len(batch)
                self._submit(batch)
                self.emptied = not batch
                more = bool(batch) and at_most is None
            landed = self._land()
            if len(self._answered) >= GROUP or not landed or not self._flying:
                self._write()
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
            services.note_answers(session, self._channel.name, self._answered.values(), now=now)
        self._answered, self._untried = {}, []


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
