"""Reads of accounts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Device, User


def live_device(session: orm.Session, token_hash: str, *, now: datetime) -> Device | None:
    """The device with this token, its user and area loaded, if it may still act."""
    return session.scalar(
        sa.select(Device)
        .join(Device.user)
        .where(
            Device.token_hash == token_hash,
            Device.revoked_at.is_(None),
            Device.expires_at > now,
            User.deactivated_at.is_(None),
        )
        .options(orm.contains_eager(Device.user).joinedload(User.area))
    )
