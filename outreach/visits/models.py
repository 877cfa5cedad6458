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


class Lateness(enum.StrEnum):
    """What had changed about a home when a report on it arrived; a leader looks at each."""

    #: Planned again without it, or taken off the round.
    STOP_GONE = "stop_gone"
    #: It was given to somebody else meanwhile.
    MOVED = "moved"
    #: The leader had closed the day.
    CLOSED = "closed"
    #: The round had been taken back.
    WITHDRAWN = "withdrawn"
    #: The server knows the home, but of no route with it: it was restored from a backup.
    UNKNOWN = "unknown"
    #: The programme was changed since the phone's page was made.
    REDEFINED = "redefined"


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
    #: Why it needs a leader's look; empty for a report that came as planned.
    lateness: orm.Mapped[Lateness | None]
    #: When a leader looked at a late one; by whom is in the audit trail.
    reviewed_at: orm.Mapped[datetime | None]
    #: Whose phone or desk brought it, when it was not the volunteer's own.
    carried_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))

    stop: orm.Mapped[Stop | None] = orm.relationship()
    household: orm.Mapped[Household] = orm.relationship()
    volunteer: orm.Mapped[User] = orm.relationship(foreign_keys=lambda: Report.volunteer_id)
    carried_by: orm.Mapped[User | None] = orm.relationship(
        foreign_keys=lambda: Report.carried_by_id
    )


class Recall(Model):
    """A report taken back before it arrived: when it comes, it is stored as taken back."""

    __tablename__ = "visit_recall"

    #: The report's id.
    id: orm.Mapped[Id]
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    at: orm.Mapped[datetime]
