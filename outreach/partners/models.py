"""Partners, their clerks, and the residents handed to them with their consent."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.core.db import Id, Model
from outreach.households.models import ConsentMeans, Resident
from outreach.places.models import Area


class PartnerKind(enum.StrEnum):
    """What a partner is."""

    BANK = "bank"
    CARRIER = "carrier"
    POLICE = "police"
    OTHER = "other"


class Partner(Model):
    """An organisation whose clerks may act on residents handed to it."""

    __tablename__ = "partner"

    id: orm.Mapped[Id]
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    kind: orm.Mapped[PartnerKind]
    #: Only residents below it can be handed over.
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    #: Programme -> the states its clerks may record.
    grants: orm.Mapped[dict[str, list[str]]] = orm.mapped_column(sa.JSON)
    created_at: orm.Mapped[datetime]
    #: Set when the work together is over: its clerks see nobody any more.
    ended_at: orm.Mapped[datetime | None]

    area: orm.Mapped[Area] = orm.relationship()


class Clerk(Model):
    """That an account of role `partner` acts for a partner. An account acts for one only."""

    __tablename__ = "partner_clerk"

    id: orm.Mapped[Id]
    partner_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("partner.id"), index=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), unique=True)
    added_at: orm.Mapped[datetime]

    partner: orm.Mapped[Partner] = orm.relationship()
    user: orm.Mapped[User] = orm.relationship()


class HandOver(Model):
    """One resident's case given to a partner, with the agreement it rests on."""

    __tablename__ = "hand_over"
    __table_args__ = (
        sa.Index(
            "uq_hand_over_open",
            "partner_id",
            "case_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: orm.Mapped[Id]
    partner_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("partner.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("assistance_case.id"), index=True)
    resident_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("resident.id"), index=True)
    #: How the resident agreed, who answered for them, and which wording was read out.
    means: orm.Mapped[ConsentMeans]
    given_by: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    wording: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    handed_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    handed_at: orm.Mapped[datetime]
    #: When a clerk first opened it; each time is in the audit trail.
    opened_at: orm.Mapped[datetime | None]
    #: Set when it was taken back by the office or the resident.
    ended_at: orm.Mapped[datetime | None]

    partner: orm.Mapped[Partner] = orm.relationship()
    case: orm.Mapped[Case] = orm.relationship()
    resident: orm.Mapped[Resident] = orm.relationship()
    handed_by: orm.Mapped[User] = orm.relationship()
