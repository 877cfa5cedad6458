"""What residents answered, times they were offered, and who is to be called instead."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment
from outreach.core.db import Id, Model
from outreach.households.models import Household
from outreach.places.models import Area


class ReplySource(enum.StrEnum):
    """Where an answer came in. `typed` is one that a person of ours was told."""

    TWILIO = "twilio"
    BRANDNAME = "brandname"
    TYPED = "typed"


class Meaning(enum.StrEnum):
    """What an answer says. What is not plainly one of these is `unclear`, and a person reads it."""

    CONFIRM = "confirm"
    MOVE = "move"
    CHOICE = "choice"
    STOP = "stop"
    HELP = "help"
    UNCLEAR = "unclear"


class ReplyState(enum.StrEnum):
    """`waiting` ones need a person."""

    DONE = "done"
    WAITING = "waiting"
    ANSWERED = "answered"


class Reply(Model):
    """One answer of a resident, as it came."""

    __tablename__ = "reply"
    __table_args__ = (
        sa.UniqueConstraint("source", "provider_ref"),
        sa.Index("ix_reply_state", "state", "received_at"),
    )

    id: orm.Mapped[Id]
    source: orm.Mapped[ReplySource]
    #: The provider's number for it: the same one twice is the same reply.
    provider_ref: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: Whom it came from, E.164.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    meaning: orm.Mapped[Meaning]
    state: orm.Mapped[ReplyState]
    #: What came of it, or why a person must look: `confirmed`, `two_visits`, `stranger`…
    outcome: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: Whose office answers for it; empty for strangers.
    area_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    appointment_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("appointment.id"))
    received_at: orm.Mapped[datetime]
    typed_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    handled_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    handled_at: orm.Mapped[datetime | None]

    area: orm.Mapped[Area | None] = orm.relationship()
    appointment: orm.Mapped[Appointment | None] = orm.relationship()


class Offer(Model):
    """Three windows offered for one appointment; a letter chooses one."""

    __tablename__ = "offer"

    id: orm.Mapped[Id]
    appointment_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("appointment.id"), index=True
    )
    #: Who asked for another time.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    #: "2026-11-23T01:00:00+00:00/2026-11-23T03:00:00+00:00", three of them.
    windows: orm.Mapped[list[str]]
    made_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    #: Which was taken: 0, 1 or 2.
    chosen: orm.Mapped[int | None]

    appointment: orm.Mapped[Appointment] = orm.relationship()


class CallReason(enum.StrEnum):
    """Why somebody is called instead of written to."""

    NO_PHONE = "no_phone"
    LANDLINE = "landline"
    FAILED = "failed"


class CallState(enum.StrEnum):
    OPEN = "open"
    LATER = "later"
    CLOSED = "closed"


class CallResult(enum.StrEnum):
    AGREED = "agreed"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"
    REMOVED = "removed"
    #: The visit happened, moved or was called off before anybody called.
    NOT_NEEDED = "not_needed"


class Call(Model):
    """One home to be told of its visit by voice, once for each visit."""

    __tablename__ = "call"
    __table_args__ = (sa.Index("ix_call_state", "state", "area_id"),)

    id: orm.Mapped[Id]
    appointment_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("appointment.id"), unique=True
    )
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"))
    #: What to call, where there is a number at all.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="")
    reason: orm.Mapped[CallReason]
    #: Why the message failed, in the outbox's word.
    detail: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")
    day: orm.Mapped[date]
    state: orm.Mapped[CallState] = orm.mapped_column(default=CallState.OPEN)
    result: orm.Mapped[CallResult | None]
    #: Why it was removed, or what was said.
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    #: When to try again.
    again_at: orm.Mapped[datetime | None]
    opened_at: orm.Mapped[datetime]
    closed_at: orm.Mapped[datetime | None]
    closed_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))

    household: orm.Mapped[Household] = orm.relationship()
    area: orm.Mapped[Area] = orm.relationship()
    appointment: orm.Mapped[Appointment] = orm.relationship()
