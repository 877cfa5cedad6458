"""The ledger of numbers that are not to be texted: one for all policies, whoever said so."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit
from outreach.core.db import HasId
from outreach.messaging import queries
from outreach.messaging.models import Source, Suppression


def suppress(
    session: orm.Session,
    phone: str,
    *,
    source: Source,
    reason: str,
    actor: HasId | None,
    now: datetime,
) -> Suppression:
    """Never text this number again. Saying it twice is saying it once."""
    found = queries.suppression(session, phone)
    if found is None:
        found = Suppression(phone=phone, source=source, reason=reason, since=now)
        session.add(found)
        audit.record(
            session, actor=actor, action="suppression.added", subject=found, now=now, source=source
        )
    return found


def lift(session: orm.Session, phone: str, *, actor: HasId, now: datetime) -> None:
    """The person wants messages again: a person of ours says so, never the program."""
    found = session.scalars(
        sa.select(Suppression).where(Suppression.phone == phone, Suppression.lifted_at.is_(None))
    ).all()
    for row in found:
        row.lifted_at = now
        audit.record(session, actor=actor, action="suppression.lifted", subject=row, now=now)
