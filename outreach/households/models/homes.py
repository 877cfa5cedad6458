"""Homes, the residents in them, the phones they share, consent, and where rows came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Key, Model, SortKey
from outreach.households.models.kinds import (
    Circumstance,
    ConsentMeans,
    Hazard,
    Language,
    Merged,
    PhoneKind,
    Purpose,
    Salutation,
    Sex,
)
from outreach.places.models import Area


class Import(Model):
    """One spreadsheet, from upload to confirmation to, maybe, its undoing."""

    __tablename__ = "household_import"

    id: orm.Mapped[Id]
    #: Rows without an area of their own go here; others must be below it.
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    file_name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    #: The upload itself, until confirmed or a day old.
    content: orm.Mapped[bytes | None] = orm.mapped_column(sa.LargeBinary, deferred=True)
    #: Sheet name, header row and column -> field, as guessed and then edited.
    mapping: orm.Mapped[dict[str, Any]]
    uploaded_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    uploaded_at: orm.Mapped[datetime]
    confirmed_at: orm.Mapped[datetime | None]
    undone_at: orm.Mapped[datetime | None]
    #: Counts told after confirmation: households, residents, phones, skipped rows.
    result: orm.Mapped[dict[str, Any]]

    area: orm.Mapped[Area] = orm.relationship()


class Household(Model):
    """A home. Its address is told by people, its point by a map or a phone at the gate."""

    __tablename__ = "household"
    __table_args__ = (
        sa.Index("ix_household_area_sort", "area_id", "sort_key"),
        # rows of other features that keep the home's area point to both
        sa.Index("uq_household_id_area", "id", "area_id", unique=True),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_whole"),
        sa.CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude"),
        sa.CheckConstraint("longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude"),
    )

    id: orm.Mapped[Id]
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    #: The ward's own number for the household, where it has one.
    code: orm.Mapped[str | None] = orm.mapped_column(Key, index=True)
    #: Number, alley and street, as people say it: "12/3 hẻm 45 Nguyễn Trãi".
    address: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    #: How to find it where there is no number: "sau nhà văn hoá, cổng xanh".
    landmark: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    #: Name of the head of the household, kept here for lists.
    head_name: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    #: Folded address, landmark, head and code.
    search_key: orm.Mapped[SortKey] = orm.mapped_column(index=True)
    #: Street, then number in natural order.
    sort_key: orm.Mapped[SortKey]
    latitude: orm.Mapped[float | None]
    longitude: orm.Mapped[float | None]
    circumstance: orm.Mapped[Circumstance] = orm.mapped_column(default=Circumstance.NONE)
    #: Somebody there cannot come to us: bedridden, alone, disabled (need, not diagnosis).
    needs_home_visit: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: When they are usually in: minutes since midnight.
    home_from: orm.Mapped[int | None]
    home_until: orm.Mapped[int | None]
    #: For volunteers at the gate: dogs, steps, a neighbour who knows. Guarded against secrets.
    note: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    #: Values of `Hazard`.
    hazards: orm.Mapped[list[str]] = orm.mapped_column(default=list, server_default="[]")
    #: Only two together may go there; a warning from the door (`Hazard.UNSAFE`) says the same.
    never_alone: orm.Mapped[bool] = orm.mapped_column(default=False, server_default=sa.false())
    #: A visit there ends before dark.
    not_after_dark: orm.Mapped[bool] = orm.mapped_column(default=False, server_default=sa.false())
    #: Why, for those who go there. Guarded against secrets.
    safety_reason: orm.Mapped[str] = orm.mapped_column(
        sa.String(300), default="", server_default=""
    )
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household_import.id"), index=True
    )
    created_at: orm.Mapped[datetime]
    #: Set when the home is gone or was a mistake; it stays in history.
    archived_at: orm.Mapped[datetime | None]

    area: orm.Mapped[Area] = orm.relationship()
    residents: orm.Mapped[list[Resident]] = orm.relationship(
        back_populates="household", order_by=lambda: Resident.position
    )
    #: The only people who may go there; nobody named: anybody.
    visitors: orm.Mapped[list[User]] = orm.relationship(
        secondary=lambda: HomeVisitor.__table__, order_by=lambda: (User.sort_key, User.id)
    )

    @property
    def in_pairs_only(self) -> bool:
        """Whether nobody may go there alone: said at a desk, or warned of at the door."""
        return self.never_alone or Hazard.UNSAFE in self.hazards


class HomeVisitor(Model):
    """That somebody is among the only ones who may go to a home."""

    __tablename__ = "home_visitor"
    __audited__ = False  # written with its home's safety only

    household_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("household.id"), primary_key=True
    )
    user_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("user.id"), primary_key=True, index=True
    )


class Resident(Model):
    """A person in a home."""

    __tablename__ = "resident"
    __table_args__ = (
        sa.CheckConstraint("birth_year IS NULL OR birth_year BETWEEN 1880 AND 2200", name="born"),
    )

    id: orm.Mapped[Id]
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Family, middle and given name in one field.
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    search_key: orm.Mapped[SortKey] = orm.mapped_column(index=True)
    sort_key: orm.Mapped[SortKey]
    salutation: orm.Mapped[Salutation | None]
    sex: orm.Mapped[Sex | None]
    #: What their texts are written in.
    language: orm.Mapped[Language] = orm.mapped_column(
        default=Language.VI, server_default=Language.VI.value
    )
    birth_year: orm.Mapped[int | None]
    #: Only where the sheet had it and the programme needs it.
    birth_date: orm.Mapped[date | None]
    #: Relation to the head as written: "vợ", "con"; empty for the head.
    relation: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    #: Order in the household; the head is 0.
    position: orm.Mapped[int] = orm.mapped_column(default=0)
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household_import.id"), index=True
    )
    created_at: orm.Mapped[datetime]
    #: Moved away, died, or a duplicate.
    left_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship(back_populates="residents")
    phones: orm.Mapped[list[ResidentPhone]] = orm.relationship(back_populates="resident")

    @property
    def given_name(self) -> str:
        """The last word: how one is addressed."""
        return self.name.split()[-1] if self.name.split() else self.name


class ContactPoint(Model):
    """A phone number, shared by whoever shares it; consent is the number's, not the person's."""

    __tablename__ = "contact_point"

    id: orm.Mapped[Id]
    #: E.164.
    number: orm.Mapped[str] = orm.mapped_column(sa.String(20), unique=True)
    kind: orm.Mapped[PhoneKind]
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household_import.id"), index=True
    )
    created_at: orm.Mapped[datetime]


class ResidentPhone(Model):
    """That a resident can be reached on a number, and whose it is."""

    __tablename__ = "resident_phone"
    __table_args__ = (sa.UniqueConstraint("resident_id", "contact_point_id"),)

    id: orm.Mapped[Id]
    resident_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("resident.id"), index=True)
    contact_point_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("contact_point.id"), index=True
    )
    #: Whose phone it is when not their own: "con", "hàng xóm".
    owner: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household_import.id"), index=True
    )

    resident: orm.Mapped[Resident] = orm.relationship(back_populates="phones")
    contact_point: orm.Mapped[ContactPoint] = orm.relationship()


class Consent(Model):
    """One act of agreeing or withdrawing; the newest per phone and purpose holds."""

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_holds", "contact_point_id", "purpose", "at"),)

    id: orm.Mapped[Id]
    contact_point_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("contact_point.id"))
    purpose: orm.Mapped[Purpose]
    #: True: agreed. False: withdrawn or refused. Silence is no row at all.
    given: orm.Mapped[bool]
    at: orm.Mapped[datetime]
    means: orm.Mapped[ConsentMeans]
    #: Which wording was read out or signed.
    wording: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: Who on the team took it.
    taken_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    #: Who agreed, where it was not the phone's owner: a guardian, a relative.
    given_by: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household_import.id"), index=True
    )

    contact_point: orm.Mapped[ContactPoint] = orm.relationship()


class FieldEdit(Model):
    """One field changed at the door: what it was, what it should be, and what became of it."""

    __tablename__ = "field_edit"

    id: orm.Mapped[Id]
    #: The form it came with.
    form_id: orm.Mapped[UUID] = orm.mapped_column(index=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Whose field it is; empty for the home's own.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("resident.id"), index=True
    )
    #: A name of `households.merging`.
    field: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    #: What the phone saw, and what it was changed into.
    was: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    wanted: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    #: What stood there when it arrived.
    found: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    state: orm.Mapped[Merged] = orm.mapped_column(index=True)
    by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    #: The phone's own time, and when it arrived.
    made_at: orm.Mapped[datetime]
    at: orm.Mapped[datetime]
    resolved_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship()
    resident: orm.Mapped[Resident | None] = orm.relationship()
    by: orm.Mapped[User] = orm.relationship()
