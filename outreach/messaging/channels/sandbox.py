"""The channel that sends nothing: it keeps each message in a table, for the page that shows it.

It is the embedded default. The last four digits of a number decide what becomes of a message, so
that people can see every state without a provider: the page lists them from `Behaviour`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from outreach.core import clock
from outreach.core.db import Database
from outreach.messaging.channels import (
    Accepted,
    Busy,
    Forged,
    Kind,
    Outgoing,
    ProviderMessage,
    Receipt,
    Refused,
    Uncertain,
)
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.models import Progress, SandboxMessage
from outreach.messaging.segments import measure

REFUSALS = {
    Behaviour.INVALID: Refused("21211", "number_invalid", Kind.NUMBER),
    Behaviour.LANDLINE: Refused("21614", "landline", Kind.NUMBER),
    Behaviour.OPTED_OUT: Refused("21610", "opted_out", Kind.OPTED_OUT),
}


class Sandbox:
    """The port, spoken to a table of our own database."""

    name = "sandbox"
    price = 0
    real = False

    def __init__(self, db: Database) -> None:
        self._db = db

    def send(self, message: Outgoing) -> Accepted:
        behaviour = _behaviour(message.to)
        if behaviour in REFUSALS:
            refusal = REFUSALS[behaviour]
            raise Refused(refusal.code, refusal.reason, refusal.kind)
        if behaviour is Behaviour.BUSY:
            raise Busy("rate_limited")
        if behaviour is Behaviour.REQUEST_LOST:
            raise Uncertain("request_lost")
        ref = f"sandbox-{uuid4().hex}"
        with self._db.transaction() as session:
            session.add(
                SandboxMessage(
                    ref=ref, key=message.key, phone=message.to, body=message.body, at=clock.now()
                )
            )
        if behaviour is Behaviour.ANSWER_LOST:
            raise Uncertain("answer_lost")
        return Accepted(ref, measure(message.body).segments)

    def find(self, to: str, since: datetime) -> list[ProviderMessage]:
        with self._db.transaction(read_only=True) as session:
            rows = session.scalars(
                sa.select(SandboxMessage)
                .where(SandboxMessage.phone == to, SandboxMessage.at >= since)
                .order_by(SandboxMessage.at.desc())
            )
            return [_in_books(row) for row in rows]

    def status(self, ref: str) -> ProviderMessage | None:
        with self._db.transaction(read_only=True) as session:
            row = session.scalar(sa.select(SandboxMessage).where(SandboxMessage.ref == ref))
            return _in_books(row) if row else None

    def receipt(
        self, path: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> Receipt | None:
        """Nobody calls the sandbox's callback, so whoever does is not to be believed."""
        raise Forged


def _behaviour(phone: str) -> Behaviour | None:
    ending = phone[-4:]
    return Behaviour(ending) if ending in set(Behaviour) else None


def _in_books(row: SandboxMessage) -> ProviderMessage:
    behaviour = _behaviour(row.phone)
    progress, code = Progress.DELIVERED, None
    if behaviour is Behaviour.UNREACHABLE:
        progress, code = Progress.UNDELIVERED, "30003"
    elif behaviour is Behaviour.NO_NEWS:
        progress = Progress.ACCEPTED
    return ProviderMessage(
        ref=row.ref,
        to=row.phone,
        body=row.body,
        progress=progress,
        created_at=row.at,
        code=code,
        segments=measure(row.body).segments,
    )
