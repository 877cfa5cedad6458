"""Badges: a random number in a QR that leads to who carries it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model


class Badge(Model):
    """One printed badge. Its id is the secret in the QR; a lost one is ended."""

    __tablename__ = "badge"

    id: orm.Mapped[Id]
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    issued_at: orm.Mapped[datetime]
    ended_at: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship()
