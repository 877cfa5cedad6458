"""Reports made on the phone, as they came: appended, taken back by another act, never rewritten."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household
from outreach.rounds.models import Stop


class Outcome(enum.StrEnum):
    """What happened at the door."""

    MET = "met"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    POSTPONED = "postponed"


class Report(Model):
    """One visit report. Its id is made on the phone; the same id again is the same report."""

    __tablename__ = "visit_report"
    __table_args__ = (
        sa.Index("ix_visit_report_household_at", "household_id", "happened_at"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_whole"),
    )

    id: orm.Mapped[Id]
    #: The stop it answers; empty for a home visited outside a route, or one replanned since.
    stop_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("stop.id", ondelete="SET NULL"), index=True
    )
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"))
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    outcome: orm.Mapped[Outcome]
    #: The phone's own time, however wrong.
    made_at: orm.Mapped[datetime]
    #: When the server stored it.
    received_at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    #: The believed time: the phone's within reason, else the server's.
    happened_at: orm.Mapped[datetime]
    note: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    #: Where the phone was at the tap, if it said; metres of uncertainty.
    latitude: orm.Mapped[float | None]
    longitude: orm.Mapped[float | None]
    accuracy_m: orm.Mapped[float | None]
    #: Which version of the form made it; old ones are accepted for a year.
    form_version: orm.Mapped[int]
    #: SHA-256 of what was reported: the same id with another content is a conflict.
    fingerprint: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: Set when it was taken back; by whom is in the audit trail.
    undone_at: orm.Mapped[datetime | None]

    stop: orm.Mapped[Stop | None] = orm.relationship()
    household: orm.Mapped[Household] = orm.relationship()
    volunteer: orm.Mapped[User] = orm.relationship()
