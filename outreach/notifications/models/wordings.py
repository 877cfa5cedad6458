"""What texts say, as offices write them and carriers register them."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Language


class WordingState(enum.StrEnum):
    """One wording of a text and language is in use; what it replaces is kept."""

    DRAFT = "draft"
    IN_USE = "in_use"
    RETIRED = "retired"


class RegistrationState(enum.StrEnum):
    """How far a carrier or provider is with a wording. Only `registered` ones are sent there."""

    NOT_SENT = "not_sent"
    SUBMITTED = "submitted"
    REGISTERED = "registered"
    REFUSED = "refused"


class Wording(Model):
    """An office's own words for one text in one language. Never rewritten: a change is a new one.

    A text that has none is sent as it comes with the program (`notifications.texts`).
    """

    __tablename__ = "wording"
    __table_args__ = (
        sa.UniqueConstraint("template", "language", "number"),
        sa.Index(
            "uq_wording_in_use",
            "template",
            "language",
            unique=True,
            sqlite_where=sa.text("state = 'in_use'"),
            postgresql_where=sa.text("state = 'in_use'"),
        ),
    )

    id: orm.Mapped[Id]
    #: Name of the text: `visit_reminder`…
    template: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    language: orm.Mapped[Language]
    #: 1, 2, 3… of its text and language.
    number: orm.Mapped[int]
    #: With {gaps}. Vietnamese is kept with its accents, whether or not they are sent.
    text: orm.Mapped[str] = orm.mapped_column(sa.String(600))
    state: orm.Mapped[WordingState] = orm.mapped_column(default=WordingState.DRAFT)
    written_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    written_at: orm.Mapped[datetime]
    used_from: orm.Mapped[datetime | None]
    used_until: orm.Mapped[datetime | None]

    written_by: orm.Mapped[User | None] = orm.relationship()


class Registration(Model):
    """How far one channel is with registering one exact text, by its digest."""

    __tablename__ = "registration"
    __table_args__ = (sa.UniqueConstraint("digest", "channel"),)

    id: orm.Mapped[Id]
    #: Of the text as it is sent, gaps and all: other words are another registration.
    digest: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    template: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    language: orm.Mapped[Language]
    #: Name of the way out: `twilio`, `brandname`…
    channel: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    state: orm.Mapped[RegistrationState]
    #: The carrier's number for it.
    reference: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    changed_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    changed_at: orm.Mapped[datetime]
