"""Who got a device says so: themselves with a tap, or somebody who runs the team for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.stock import queries
from outreach.stock.models import Handset, Movement, Received


def receive(
    session: orm.Session, device_ids: Collection[UUID], *, actor: User, now: datetime
) -> int:
    """Confirm what lies in one's own bag; how many were waited for."""
    waiting = [one for one in queries.awaited_in_bag(session, actor) if one.device_id in device_ids]
    for row in waiting:
        _mark(session, row, Received.CONFIRMED, actor=actor, now=now)
    return len(waiting)


def receive_on_word(session: orm.Session, device_id: UUID, *, actor: User, now: datetime) -> None:
    """Somebody who runs the team says that the volunteer has it. Twice is once."""
    queries.device_in_scope(session, device_id, actor=actor)
    row = queries.standing(session, device_id)
    queries.check_runs(session, row.to_place, actor=actor)
    if row.received is Received.AWAITED:
        _mark(session, row, Received.ON_WORD, actor=actor, now=now)


def _mark(
    session: orm.Session, row: Movement, how: Received, *, actor: User, now: datetime
) -> None:
    row.received, row.received_at = how, now
    audit.record(
        session, actor=actor, action="device.received",
        subject=audit.Subject(Handset, row.device_id), now=now, how=how, movement=row.id,
    )  # fmt: skip
