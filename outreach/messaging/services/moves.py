"""One move of one message, or the same move of many: checked, and written into the history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging import bulk, rules
from outreach.messaging.models import Message, MessageEvent, Status

_EVENTS = cast("sa.Table", MessageEvent.__table__)
_EVENT = _EVENTS.c
#: Built once: senders run it with every batch.
_REMEMBER = sa.insert(_EVENTS).from_select(
    ["message_id", "at", "status", "source", "reason", "attempt", "channel", "provider_ref"],
    sa.select(
        Message.id,
        sa.bindparam("now", type_=_EVENT.at.type),
        sa.bindparam("to", type_=_EVENT.status.type),
        sa.bindparam("source", type_=_EVENT.source.type),
        sa.bindparam("why", type_=_EVENT.reason.type),
        sa.func.nullif(Message.attempts, 0),
        Message.channel,
        Message.provider_ref,
    ).where(bulk.among_given(Message.id, "ids")),
    include_defaults=False,
)


def move(
    session: orm.Session,
    message: Message,
    to: Status,
    *,
    source: str,
    now: datetime,
    reason: str | None = None,
    code: str | None = None,
    ref: str | None = None,
) -> bool:
    """Make the move and remember it; False, and nothing changed, where it is not allowed."""
    if not rules.may_move(message.status, to):
        return False
    message.status, message.reason = to, reason
    if to in rules.FINAL:
        message.finished_at, message.due_at = now, None
    note(session, message, source=source, now=now, reason=reason, code=code, ref=ref)
    return True


def note(
    session: orm.Session,
    message: Message,
    *,
    source: str,
    now: datetime,
    reason: str | None = None,
    code: str | None = None,
    ref: str | None = None,
) -> None:
    """Write the message's present state into its history."""
    session.add(
        MessageEvent(
            message_id=message.id,
            at=now,
            status=message.status,
            source=source,
            reason=reason,
            attempt=message.attempts or None,
            channel=message.channel,
            provider_ref=ref or message.provider_ref,
            code=code,
        )
    )


def move_all(
    session: orm.Session,
    ids: Iterable[UUID],
    to: Status,
    *,
    source: str,
    now: datetime,
    due_at: datetime | None,
    reason: str | None = None,
    **also: Any,
) -> int:
    """The same move for many rows that the caller has locked and knows may make it."""
    chosen = list(ids)
    if not chosen:
        return 0
    values = {"status": to, "reason": reason, "due_at": due_at, **also}
    if to in rules.FINAL:
        values["finished_at"] = now
    session.execute(
        sa.update(Message).where(bulk.among(Message.id, chosen)).values(values),
        execution_options={"synchronize_session": False},
    )
    remember(session, chosen, to, source=source, now=now, reason=reason)
    return len(chosen)


def remember(
    session: orm.Session,
    ids: list[UUID],
    to: Status,
    *,
    source: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write a move of many rows into their histories, with the try each is at."""
    # straight to the table: it is bookkeeping, and the ORM has nothing to add
    session.connection().execute(
        _REMEMBER, {"ids": ids, "now": now, "to": to, "source": source, "why": reason}
    )
