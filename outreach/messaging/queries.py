"""Reads of the outbox that services, jobs and pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging.models import Message, Receipt, Status, Suppression
from outreach.messaging.rules import BY_A_PERSON, UNSENT


def due(statuses: Sequence[Status], *, now: datetime, limit: int) -> sa.Select[Message]:
    """Messages in these states whose turn it is, oldest first, locked for this transaction.

    Rows that another process has locked are skipped on PostgreSQL; SQLite has one writer anyway.
    """
    return (
        sa.select(Message)
        .where(Message.status.in_(statuses), Message.due_at <= now)
        .order_by(Message.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def locked(session: orm.Session, ids: Iterable[UUID]) -> Sequence[Message]:
    """These messages, locked in a fixed order so that two writers cannot wait for each other."""
    return session.scalars(
        sa.select(Message).where(Message.id.in_(list(ids))).order_by(Message.id).with_for_update()
    ).all()


def parked(
    session: orm.Session, refs: Iterable[str]
) -> dict[tuple[str | None, str], list[Receipt]]:
    """Callbacks not applied yet, by channel and the provider's reference, in order of arrival."""
    found: dict[tuple[str | None, str], list[Receipt]] = {}
    for receipt in session.scalars(
        sa.select(Receipt)
        .where(Receipt.provider_ref.in_(list(refs)), Receipt.applied_at.is_(None))
        .order_by(Receipt.received_at)
    ):
        found.setdefault((receipt.channel, receipt.provider_ref), []).append(receipt)
    return found


def suppression(session: orm.Session, phone: str) -> Suppression | None:
    """The entry that keeps this number silent, if there is one."""
    return session.scalar(
        sa.select(Suppression)
        .where(Suppression.phone == phone, Suppression.lifted_at.is_(None))
        .limit(1)
    )


def suppressed(session: orm.Session, phones: Iterable[str]) -> set[str]:
    """Those of these numbers that are not to be texted."""
    return set(
        session.scalars(
            sa.select(Suppression.phone).where(
                Suppression.phone.in_(list(phones)), Suppression.lifted_at.is_(None)
            )
        )
    )


def written_to(session: orm.Session, phones: Iterable[str], *, on: date) -> set[str]:
    """Those of these numbers that were, or may have been, written to on that local day."""
    return set(
        session.scalars(
            sa.select(Message.phone).where(Message.phone.in_(list(phones)), Message.sent_on == on)
        )
    )


def in_line(session: orm.Session, purpose: str, keys: set[str], *, days: tuple[date, date]) -> bool:
    """Whether the outbox already is what the policy wants for these days: nothing to write."""
    # states as the driver gives them: ten thousand enum members cost more than the query
    status: sa.ColumnElement[Any] = sa.type_coerce(Message.status, sa.types.NullType())
    rows = session.execute(
        sa.select(Message.key, status, Message.reason).where(
            Message.purpose == purpose, Message.day.between(*days)
        )
    ).all()
    dead, waiting = Status.CANCELLED.value, {one.value for one in UNSENT}
    alive = {key for key, state, reason in rows if state != dead or reason == BY_A_PERSON}
    unsent = {key for key, state, _ in rows if state in waiting}
    return keys <= alive and unsent <= keys
