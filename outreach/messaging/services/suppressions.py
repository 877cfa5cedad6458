"""The ledger of numbers that are not to be texted: one for all policies, whoever said so.

It knows numbers, not people: a number stays silent when its home is imported again.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit
from outreach.core.db import HasId
from outreach.messaging import queries
from outreach.messaging.models import Source, Suppression


def opt_out(
    session: orm.Session,
    phone: str,
    *,
    source: Source,
    reason: str = "asked",
    actor: HasId | None = None,
    now: datetime,
) -> Suppression:
    """The owner of this number (or its provider) wants no more texts, of any kind.

    `reason` is a word of `words.REASONS` or the provider's. Idempotent: the first word stands.
    """
    found = queries.suppression(session, phone)
    if found is None:
        found = Suppression(
            phone=phone,
            source=source,
            reason=reason,
            since=now,
            told_by_id=actor.id if actor else None,
        )
        session.add(found)
        audit.record(
            session, actor=actor, action="suppression.added", subject=found, now=now, source=source
        )
    return found


def lift(
    session: orm.Session, phone: str, *, actor: HasId, now: datetime, reason: str = ""
) -> None:
    """The person wants messages again: a person of ours says so and why, never the program."""
    found = session.scalars(
        sa.select(Suppression).where(Suppression.phone == phone, Suppression.lifted_at.is_(None))
    ).all()
    for row in found:
        row.lifted_at, row.lifted_by_id, row.lift_reason = now, actor.id, reason
        audit.record(session, actor=actor, action="suppression.lifted", subject=row, now=now)
