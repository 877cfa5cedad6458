"""Agreed or announced windows in which a household is visited, with their visit codes."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household, Resident


class Origin(enum.StrEnum):
    """An agreed window binds the planner; an announced one follows from a published round."""

    AGREED = "agreed"
    ANNOUNCED = "announced"


class State(enum.StrEnum):
    """`kept` and `missed` are set by what happened at the door."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Appointment(Model):
    """One window for one home. The code proves the visitor to the resident."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="window"),
        sa.Index("ix_appointment_open", "state", "starts_at"),
    )

    id: orm.Mapped[Id]
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Who is to be helped, where it is one person.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("resident.id"))
    origin: orm.Mapped[Origin]
    state: orm.Mapped[State] = orm.mapped_column(default=State.OPEN)
    #: The visit begins within [starts_at, ends_at].
    starts_at: orm.Mapped[datetime]
    ends_at: orm.Mapped[datetime]
    #: Who will come; known once a round is published.
    visitor_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: Skill the visitor must have (a value of `teams.Skill`).
    skill: orm.Mapped[str | None] = orm.mapped_column(sa.String(32))
    #: Four digits told in the SMS and said at the door; dies with the visit.
    visit_code: orm.Mapped[str] = orm.mapped_column(sa.String(4))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    #: The stop it was announced for; rounds live above, so there is no foreign key.
    stop_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    #: The stop of a day it was moved away from: that home is not announced there again.
    left_stop_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    created_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    created_at: orm.Mapped[datetime]
    closed_at: orm.Mapped[datetime | None]
    #: When the resident said that the time suits, and how: `reply`, `page`, `call`, `door`…
    confirmed_at: orm.Mapped[datetime | None]
    confirmed_by: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))

    household: orm.Mapped[Household] = orm.relationship()
    resident: orm.Mapped[Resident | None] = orm.relationship()
    visitor: orm.Mapped[User | None] = orm.relationship(foreign_keys=lambda: Appointment.visitor_id)
