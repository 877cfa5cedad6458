"""Reads of the outbox that services, jobs and pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging.bulk import among
from outreach.messaging.models import Message, MessageEvent, Receipt, Status, Suppression
from outreach.messaging.rules import BY_A_PERSON, UNSENT, UNTOLD
from outreach.messaging.wishes import ANSWER

#: Written into the statement, not handed to it: only so can an index with this condition be used.
UNASKED = Message.purpose != sa.literal_column(f"'{ANSWER}'")


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
        sa.select(Message)
        .where(among(Message.id, ids))
        .order_by(Message.id)
        .with_for_update()
        # groups of rows are written without loading them: what is loaded may be old
        .execution_options(populate_existing=True)
    ).all()


def parked(
    session: orm.Session, refs: Iterable[str]
) -> dict[tuple[str | None, str], list[Receipt]]:
    """Callbacks not applied yet, by channel and the provider's reference, in order of arrival."""
    found: dict[tuple[str | None, str], list[Receipt]] = {}
    for receipt in session.scalars(
        sa.select(Receipt)
        .where(among(Receipt.provider_ref, refs), Receipt.applied_at.is_(None))
        .order_by(Receipt.received_at)
    ):
        found.setdefault((receipt.channel, receipt.provider_ref), []).append(receipt)
    return found


def was_taken_as(session: orm.Session, message_id: UUID, ref: str) -> bool:
    """Whether an earlier try of this message was accepted under that reference."""
    found = sa.select(MessageEvent.id).where(
        MessageEvent.message_id == message_id,
        MessageEvent.provider_ref == ref,
        MessageEvent.status == Status.ACCEPTED,
    )
    return session.scalar(found.limit(1)) is not None


def unreachable(
    session: orm.Session,
    areas: sa.Select[UUID],
    *,
    days: tuple[date, date],
    limit: int = 500,
) -> Sequence[Message]:
    """Messages about these days (both included) that told nobody: refused, not delivered, too late.

    For the list of people to call; the household is loaded. Nearest day first.
    """
    return session.scalars(
        sa.select(Message)
        .where(Message.status.in_(UNTOLD), Message.day.between(*days), Message.area_id.in_(areas))
        .options(orm.joinedload(Message.household))
        .order_by(Message.day, Message.phone, Message.id)
        .limit(limit)
    ).all()


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
                among(Suppression.phone, phones), Suppression.lifted_at.is_(None)
            )
        )
    )


def written_to(session: orm.Session, phones: Iterable[str], *, on: date) -> set[str]:
    """Those of these numbers that were, or may have been, written to on that local day."""
    return set(
        session.scalars(
            sa.select(Message.phone).where(
                among(Message.phone, phones), Message.sent_on == on, UNASKED
            )
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
