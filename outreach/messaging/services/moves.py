"""One move of one message: checked against the table of moves, and written into its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging import rules
from outreach.messaging.models import Message, MessageEvent, Status


def move(
    session: orm.Session,
    message: Message,
    to: Status,
    *,
    source: str,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Make the move and remember it; False, and nothing changed, where it is not allowed."""
    if not rules.may_move(message.status, to):
        return False
    message.status, message.reason = to, reason
    if to in rules.FINAL:
        message.finished_at, message.due_at = now, None
    session.add(
        MessageEvent(message_id=message.id, at=now, status=to, source=source, reason=reason)
    )
    return True


def move_all(
    session: orm.Session,
    ids: Iterable[UUID],
    to: Status,
    *,
    source: str,
    now: datetime,
    due_at: datetime | None,
    reason: str | None = None,
) -> int:
    """The same move for many rows that the caller has locked and knows may make it."""
    chosen = list(ids)
    if not chosen:
        return 0
    finished = {"finished_at": now} if to in rules.FINAL else {}
    session.execute(
        sa.update(Message),
        [{"id": i, "status": to, "reason": reason, "due_at": due_at, **finished} for i in chosen],
    )
    session.execute(
        sa.insert(MessageEvent),
        [
            {"message_id": i, "at": now, "status": to, "source": source, "reason": reason}
            for i in chosen
        ],
    )
    return len(chosen)
