"""Keyed digests of identity numbers, and the digests that partners have sent us."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model
from outreach.households.models import Resident


class Told(enum.StrEnum):
    """What a partner's digest was made of."""

    NUMBER = "number"
    NAME = "name"


class PersonKey(Model):
    """What is left of a resident's identity number: digests that nobody can turn back."""

    __tablename__ = "person_key"

    id: orm.Mapped[Id]
    resident_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("resident.id"), unique=True)
    #: HMAC-SHA-256 under the site's pepper, hexadecimal.
    digest: orm.Mapped[str] = orm.mapped_column(sa.String(64), index=True)
    #: Which pepper: the start of a digest of the pepper itself.
    pepper: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    #: The same under the key shared with partners, and which key; empty where none is shared.
    shared_digest: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="", index=True)
    shared_key: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="")
    recorded_at: orm.Mapped[datetime]

    resident: orm.Mapped[Resident] = orm.relationship()


class OutsideBenefit(Model):
    """That a partner has already given something to whoever has this digest."""

    __tablename__ = "outside_benefit"
    __table_args__ = (sa.Index("ix_outside_benefit_digest", "digest", "programme"),)

    id: orm.Mapped[Id]
    #: Who sent it, as typed.
    source: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    programme: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    told: orm.Mapped[Told]
    #: HMAC-SHA-256 under the shared key, hexadecimal.
    digest: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: Who of ours it is, where we know somebody with this digest.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("resident.id"), index=True
    )
    #: Which shared key.
    shared_key: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    received_at: orm.Mapped[datetime]
