"""The outbox: one row per text message, its history, receipts, and numbers not to be texted."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model


class Status(enum.StrEnum):
    """From wish to receipt. `accepted` is the provider's word, not the handset's."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MUTED = "muted"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


class Message(Model):
    """`key` says why the message exists; it is unique, so nobody is told twice."""

    __tablename__ = "message"
    __audited__ = False  # every move is a MessageEvent
    __table_args__ = (
        sa.Index("ix_message_due", "status", "send_after"),
        sa.Index("ix_message_phone_day", "phone", "day"),
    )

    id: orm.Mapped[Id]
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    #: E.164.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    body: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    #: Which template and values made the body.
    template: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    values: orm.Mapped[dict[str, Any]]
    #: How many SMS it is, and so what it costs.
    segments: orm.Mapped[int]
    #: The local day it counts for: at most one message a phone a day.
    day: orm.Mapped[date]
    status: orm.Mapped[Status] = orm.mapped_column(default=Status.QUEUED)
    send_after: orm.Mapped[datetime]
    #: Its moment has passed: not sent any more.
    expires_at: orm.Mapped[datetime]
    created_at: orm.Mapped[datetime]
    #: Until when one sender has it; afterwards it is anyone's to settle.
    leased_until: orm.Mapped[datetime | None]
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Which channel took it: `sandbox`, `twilio`.
    channel: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    provider_ref: orm.Mapped[str | None] = orm.mapped_column(sa.String(64), unique=True)
    #: The provider's code for what went wrong.
    error_code: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    #: Ours, in a word: `opted_out`, `landline`, `busy`…
    reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    accepted_at: orm.Mapped[datetime | None]
    finished_at: orm.Mapped[datetime | None]


class MessageEvent(Model):
    """One move of one message, with its reason and where the news came from."""

    __tablename__ = "message_event"
    __audited__ = False

    id: orm.Mapped[Id]
    message_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("message.id"), index=True)
    at: orm.Mapped[datetime]
    status: orm.Mapped[Status]
    #: `scheduler`, `channel`, `callback`, `settling`, or a user's id.
    source: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))

    message: orm.Mapped[Message] = orm.relationship()


class Receipt(Model):
    """A provider's callback as it came: it may be early, late, twice or out of order."""

    __tablename__ = "message_receipt"
    __audited__ = False
    __table_args__ = (sa.UniqueConstraint("channel", "provider_ref", "status"),)

    id: orm.Mapped[Id]
    channel: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    provider_ref: orm.Mapped[str] = orm.mapped_column(sa.String(64), index=True)
    #: The provider's word for it.
    status: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    error_code: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    received_at: orm.Mapped[datetime]
    #: Set once it has been applied to its message.
    applied_at: orm.Mapped[datetime | None]


class Suppression(Model):
    """A number that is not to be texted, and why; lifted only by a person."""

    __tablename__ = "suppression"

    id: orm.Mapped[Id]
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    #: `provider`, `volunteer`, `hotline`, `page`, `paper`.
    source: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    since: orm.Mapped[datetime]
    lifted_at: orm.Mapped[datetime | None]


class SandboxMessage(Model):
    """What a phone would have received, for the page that shows it."""

    __tablename__ = "sandbox_message"
    __audited__ = False

    id: orm.Mapped[Id]
    ref: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: Our message's key: a second try with it is found, not sent again.
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    body: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    at: orm.Mapped[datetime] = orm.mapped_column(index=True)
