"""A list of an agency, from its upload to its confirmation to, maybe, its undoing."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model
from outreach.places.models import Area


class Agency(enum.StrEnum):
    """Whose list it is."""

    POLICE = "police"
    BANK = "bank"
    CARRIER = "carrier"
    OFFICE = "office"
    OTHER = "other"


class AgencyList(Model):
    """One list. Its steps carry its id as `Step.batch_id`."""

    __tablename__ = "agency_list"

    id: orm.Mapped[Id]
    #: Only residents below it are looked for.
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    agency: orm.Mapped[Agency]
    #: The letter it came with: "Công văn 12/CAP".
    reference: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    #: What it says of everybody on it: a programme, a state of it, and which kind where it asks.
    programme: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    state: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    variant: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    #: The day the list speaks of.
    day: orm.Mapped[date]
    file_name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    #: The upload itself, until confirmed or a day old.
    content: orm.Mapped[bytes | None] = orm.mapped_column(sa.LargeBinary, deferred=True)
    #: Sheet name, and column -> field, as guessed and then edited.
    mapping: orm.Mapped[dict[str, Any]]
    uploaded_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    uploaded_at: orm.Mapped[datetime]
    confirmed_at: orm.Mapped[datetime | None]
    undone_at: orm.Mapped[datetime | None]
    #: Counts told after confirmation, by what became of the rows.
    result: orm.Mapped[dict[str, Any]]

    area: orm.Mapped[Area] = orm.relationship()
