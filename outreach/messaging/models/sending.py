"""How each commune writes and what it may spend, and how each channel fares."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model
from outreach.places.models import Area


class CommuneSms(Model):
    """What goes out for one commune. A commune without a row is in trial mode."""

    __tablename__ = "commune_sms"
    __table_args__ = (
        sa.CheckConstraint("monthly_budget IS NULL OR monthly_budget >= 0", name="budget"),
        # really sending to residents without a limit is nobody's wish
        sa.CheckConstraint("trial OR monthly_budget IS NOT NULL", name="budget_when_live"),
    )

    id: orm.Mapped[Id]
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), unique=True)
    #: Only numbers of one's own teams are really written to.
    trial: orm.Mapped[bool] = orm.mapped_column(default=True)
    #: Its registered sender's name; empty: the installation's.
    sender: orm.Mapped[str] = orm.mapped_column(sa.String(11), default="")
    #: đồng a calendar month; empty: no limit (in trial mode only).
    monthly_budget: orm.Mapped[int | None]
    changed_at: orm.Mapped[datetime]

    area: orm.Mapped[Area] = orm.relationship()


class Spending(Model):
    """What a commune's messages of one month cost at most; never more than its budget."""

    __tablename__ = "sms_spending"
    __audited__ = False
    __table_args__ = (sa.CheckConstraint("spent >= 0", name="spent"),)

    commune_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), primary_key=True)
    #: Its first local day.
    month: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    #: đồng.
    spent: orm.Mapped[int] = orm.mapped_column(default=0)


class Circuit(enum.StrEnum):
    """Whether a channel is trusted with messages."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class ChannelState(Model):
    """How a channel fares: used, rested after too many errors, or tried out again."""

    __tablename__ = "sms_channel"
    __audited__ = False

    name: orm.Mapped[str] = orm.mapped_column(sa.String(20), primary_key=True)
    circuit: orm.Mapped[Circuit] = orm.mapped_column(default=Circuit.CLOSED)
    since: orm.Mapped[datetime]
    #: How often in a row it was opened: each rest is longer.
    opened: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Nothing goes this way before then: the end of a rest, or what the provider asked for.
    not_before: orm.Mapped[datetime | None]
    #: The newest trouble, in a word.
    reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))


class ChannelMinute(Model):
    """What came of one minute's attempts over one channel, by all senders together."""

    __tablename__ = "sms_channel_minute"
    __audited__ = False

    channel: orm.Mapped[str] = orm.mapped_column(sa.String(20), primary_key=True)
    minute: orm.Mapped[datetime] = orm.mapped_column(primary_key=True)
    #: Answered as it should be, refusals of single numbers included.
    good: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Not reached, no answer, out of order, or our account refused.
    bad: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Asked to slow down: neither good nor bad.
    slowed: orm.Mapped[int] = orm.mapped_column(default=0)
