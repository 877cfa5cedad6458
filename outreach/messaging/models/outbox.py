"""The outbox: one row per text message, its history, receipts, and numbers not to be texted."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model
from outreach.households.models import Household
from outreach.places.models import Area


class Status(enum.StrEnum):
    """From wish to receipt. `accepted` is the provider's word, not the handset's."""

    WANTED = "wanted"
    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MUTED = "muted"
    EXPIRED = "expired"


class Progress(enum.StrEnum):
    """How far a provider says it has come. `ACCEPTED` is never proof of delivery."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class Message(Model):
    """`key` says why the message exists; it is unique, so nobody is told twice."""

    __tablename__ = "message"
    __audited__ = False  # every move is a MessageEvent
    __table_args__ = (
        # only what somebody must still look at: a million settled messages cost a tick nothing
        sa.Index(
            "ix_message_due",
            "status",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index("ix_message_purpose_day", "purpose", "day"),
        sa.Index("ix_message_area_send_after", "area_id", "send_after"),
        sa.Index("ix_message_commune_sent", "commune_id", "sent_on"),
        # the database itself keeps the promise of one message a phone a day, answers apart
        sa.Index(
            "uq_message_phone_sent_on",
            "phone",
            "sent_on",
            unique=True,
            sqlite_where=sa.text("purpose <> 'answer'"),
            postgresql_where=sa.text("purpose <> 'answer'"),
        ),
    )

    id: orm.Mapped[Id]
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    #: The policy that wants it, and the consent it rests on: `visit_reminder`…
    purpose: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    #: E.164.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    body: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    #: Which template and values made the body.
    template: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    values: orm.Mapped[dict[str, Any]]
    #: How many SMS it is, and so what it costs.
    segments: orm.Mapped[int]
    #: Whose office answers for it: decides who may see it.
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"))
    #: The commune above that area, whose sender, budget and trial mode it goes by.
    commune_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("area.id"))
    #: The home it is about, where it is about one.
    household_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household.id"), index=True
    )
    #: The local day of what it announces.
    day: orm.Mapped[date]
    status: orm.Mapped[Status] = orm.mapped_column(default=Status.WANTED)
    send_after: orm.Mapped[datetime]
    #: Its moment has passed: not sent any more.
    expires_at: orm.Mapped[datetime]
    created_at: orm.Mapped[datetime]
    #: When somebody must look at it next: send it, end its lease, settle it, ask for news.
    due_at: orm.Mapped[datetime | None]
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    #: How often it is surely not with the provider after all: names the request to a provider
    #: that refuses to take the same request twice.
    refused: orm.Mapped[int] = orm.mapped_column(default=0, server_default="0")
    #: When the newest attempt began.
    tried_at: orm.Mapped[datetime | None]
    #: The local day it was handed over, or may have been; empty when it surely was not.
    sent_on: orm.Mapped[date | None]
    #: Which channel took it: `sandbox`, `twilio`, `brandname`.
    channel: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    provider_ref: orm.Mapped[str | None] = orm.mapped_column(sa.String(64), unique=True)
    #: The provider's code for what went wrong.
    error_code: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    #: Ours, in a word: `opted_out`, `landline`, `rate_limited`…
    reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    #: What is set aside for it from its commune's budget, in đồng; zero when it surely did not go.
    charge: orm.Mapped[int] = orm.mapped_column(default=0, server_default="0")
    #: What earlier tries cost that a provider took and could not deliver.
    charged_before: orm.Mapped[int] = orm.mapped_column(default=0, server_default="0")
    #: What the provider asks for it, once it says.
    price: orm.Mapped[Decimal | None] = orm.mapped_column(sa.Numeric(10, 5))
    currency: orm.Mapped[str | None] = orm.mapped_column(sa.String(8))
    accepted_at: orm.Mapped[datetime | None]
    finished_at: orm.Mapped[datetime | None]

    area: orm.Mapped[Area] = orm.relationship(foreign_keys=lambda: Message.area_id)
    household: orm.Mapped[Household | None] = orm.relationship()


class MessageEvent(Model):
    """One move of one message, with its reason and where the news came from."""

    __tablename__ = "message_event"
    __audited__ = False
    #: A number, so that moves of the same moment keep their order.
    id: orm.Mapped[int] = orm.mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    message_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("message.id"), index=True)
    at: orm.Mapped[datetime]
    status: orm.Mapped[Status]
    #: `policy`, `outbox`, `channel`, `callback`, `books`, or a user's id.
    source: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    #: Which try it belongs to, counted from one; empty before the first.
    attempt: orm.Mapped[int | None]
    #: The channel of that try, the provider's reference for it, and the provider's code.
    channel: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    provider_ref: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    code: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))


class Receipt(Model):
    """A provider's callback as it came: it may be early, late, twice or out of order."""

    __tablename__ = "message_receipt"
    __audited__ = False
    __table_args__ = (sa.UniqueConstraint("channel", "provider_ref", "status"),)

    id: orm.Mapped[Id]
    channel: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    provider_ref: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: The provider's word for it, and ours.
    status: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    progress: orm.Mapped[Progress]
    error_code: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
    received_at: orm.Mapped[datetime]
    #: Set once it has been applied to its message; until then it is parked.
    applied_at: orm.Mapped[datetime | None]


class Source(enum.StrEnum):
    """Who said that a number is not to be texted."""

    PROVIDER = "provider"
    VOLUNTEER = "volunteer"
    HOTLINE = "hotline"
    PAGE = "page"
    PAPER = "paper"
    REPLY = "reply"
    CALL = "call"


class Suppression(Model):
    """A number that is not to be texted, and why; lifted only by a person."""

    __tablename__ = "suppression"

    id: orm.Mapped[Id]
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    source: orm.Mapped[Source]
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    since: orm.Mapped[datetime]
    #: Who of ours wrote it down, where somebody did.
    told_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    lifted_at: orm.Mapped[datetime | None]
    lifted_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    #: Why the person of ours who lifted it was sure that messages are wanted again.
    lift_reason: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="", server_default="")


class SandboxMessage(Model):
    """What a phone would have received, for the page that shows it."""

    __tablename__ = "sandbox_message"
    __audited__ = False

    id: orm.Mapped[Id]
    ref: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: Our message's key. Not unique: a second sending must be seen, not hidden.
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    body: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    at: orm.Mapped[datetime] = orm.mapped_column(index=True)
