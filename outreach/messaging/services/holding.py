"""Keeping back what is due while phones should not ring."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging.models import Message
from outreach.messaging.rules import UNSENT
from outreach.messaging.wishes import ANSWER


def hold(
    session: orm.Session,
    areas: sa.Select[UUID],
    until: datetime,
    *,
    now: datetime,
) -> None:
    """What is due for homes of these areas waits until then; answers do not wait.

    Nothing moves to another state: it is looked at later, and may have expired by then.
    """
    session.execute(
        sa.update(Message)
        .where(
            Message.status.in_(UNSENT),
            Message.due_at <= now,
            Message.purpose != ANSWER,
            Message.area_id.in_(areas),
        )
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def is_due(session: orm.Session, *, now: datetime) -> bool:
    """Whether anything at all waits to be sent now."""
    due = sa.select(Message.id).where(Message.status.in_(UNSENT), Message.due_at <= now)
    return session.scalar(due.limit(1)) is not None
