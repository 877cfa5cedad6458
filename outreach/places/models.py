"""The tree of areas with its history: units end, and others succeed them."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Key, Model, SortKey


class Level(enum.StrEnum):
    """Levels since 1 July 2025; `district` only for units that ended then (domain.md §1.2)."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    NEIGHBOURHOOD = "neighbourhood"
    CELL = "cell"


class Area(Model):
    """One unit, from the day it began to the day it was merged, split or renamed away."""

    __tablename__ = "area"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        sa.UniqueConstraint("level", "code", "valid_from"),
        sa.Index("ix_area_parent_sort", "parent_id", "sort_key"),
    )

    id: orm.Mapped[Id]
    level: orm.Mapped[Level]
    #: What people call the kind: phường, xã, đặc khu, khu phố, ấp, thôn, tổ…
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: The official code (GSO): two digits for a province, five for a commune; none below.
    code: orm.Mapped[str | None] = orm.mapped_column(Key, index=True)
    #: Name without its kind: "Dĩ An".
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    #: Folded kind and name, for search without accents.
    search_key: orm.Mapped[SortKey] = orm.mapped_column(index=True)
    #: Vietnamese order of the name.
    sort_key: orm.Mapped[SortKey]
    parent_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("area.id"))
    #: Ids from the root to this area, "/"-joined and "/"-ended: a subtree is a prefix.
    path: orm.Mapped[SortKey] = orm.mapped_column(index=True)
    #: First day the unit existed; as far back as is known.
    valid_from: orm.Mapped[date]
    #: Last day it existed; empty while it does.
    valid_to: orm.Mapped[date | None]
    #: The People's Committee's phone, told to residents; communes only.
    hotline: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))

    parent: orm.Mapped[Area | None] = orm.relationship(remote_side=lambda: [Area.id])

    @property
    def full_name(self) -> str:
        """Kind and name as on a sign: "Phường Dĩ An"."""
        return f"{self.kind} {self.name}".strip()


class Succession(Model):
    """`successor` took over `predecessor`, or a part of it: many to many, since units split."""

    __tablename__ = "succession"
    __table_args__ = (sa.UniqueConstraint("predecessor_id", "successor_id"),)

    id: orm.Mapped[Id]
    predecessor_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    successor_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    #: The day it took effect.
    since: orm.Mapped[date]
    #: Whether only a part moved: a household must then be placed by hand.
    partial: orm.Mapped[bool] = orm.mapped_column(default=False)

    predecessor: orm.Mapped[Area] = orm.relationship(foreign_keys=lambda: Succession.predecessor_id)
    successor: orm.Mapped[Area] = orm.relationship(foreign_keys=lambda: Succession.successor_id)
