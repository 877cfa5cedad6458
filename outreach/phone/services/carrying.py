"""What is written besides the reports themselves: that somebody carried them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Device, User
from outreach.core import audit
from outreach.visits.models import Report


def mark_carried(
    session: orm.Session,
    device: Device,
    fresh: Collection[UUID],
    *,
    items: int,
    actor: User,
    now: datetime,
) -> None:
    """Note who brought a phone's queue; `fresh` are the forms that were not here before."""
    if fresh:
        session.execute(
            sa.update(Report).where(Report.id.in_(fresh)).values(carried_by_id=actor.id)
        )
    audit.record(
        session,
        actor=actor,
        action="device.queue_carried",
        subject=device,
        now=now,
        volunteer=device.user_id,
        items=items,
        stored=len(fresh),
    )
