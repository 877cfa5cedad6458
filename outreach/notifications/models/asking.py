"""That the office wants a resident reminded of a case: told once, within every limit."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.core.db import Id, Model


class AskedReminder(Model):
    """One wish for a day; consent, hours and caps are the planner's to look after."""

    __tablename__ = "asked_reminder"
    __table_args__ = (sa.UniqueConstraint("case_id", "day"),)

    id: orm.Mapped[Id]
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("assistance_case.id"))
    day: orm.Mapped[date] = orm.mapped_column(index=True)
    asked_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    asked_at: orm.Mapped[datetime]

    case: orm.Mapped[Case] = orm.relationship()
    asked_by: orm.Mapped[User] = orm.relationship()
