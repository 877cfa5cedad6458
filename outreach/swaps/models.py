"""The approved list, and hand-over records (biên bản bàn giao)."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Circumstance, Household, Resident
from outreach.stock.models import Handset, Kind


class Approval(Model):
    """A household on an approved list (danh sách được duyệt): one phone, for this reason."""

    __tablename__ = "swap_approval"
    __table_args__ = (
        # a household stands on the list once, and a device is set aside for one household
        sa.Index(
            "uq_swap_approval_household",
            "household_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index(
            "uq_swap_approval_device",
            "device_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: orm.Mapped[Id]
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Number of the decision with the list.
    list_no: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    #: The household's line on it.
    line_no: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="")
    #: Why they may have one; the paper that says so, by its number. Never its picture.
    evidence: orm.Mapped[Circumstance]
    evidence_no: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    #: What they are to get.
    kind: orm.Mapped[Kind]
    #: Set aside for them, where somebody did.
    device_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("stock_device.id"))
    added_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    added_at: orm.Mapped[datetime]
    withdrawn_at: orm.Mapped[datetime | None]
    withdrawn_why: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")

    household: orm.Mapped[Household] = orm.relationship()
    device: orm.Mapped[Handset | None] = orm.relationship()


class OldPhone(enum.StrEnum):
    """What became of the resident's old phone, by their choice."""

    NONE = "none"
    KEPT = "kept"
    RETURNED = "returned"
    RECYCLED = "recycled"


class FaceCheck(enum.StrEnum):
    """The carrier's face check of the day, without which the line is cut (Circular 08/2026)."""

    DONE = "done"
    FAILED = "failed"
    LATER = "later"


class Tick(enum.StrEnum):
    """What is ticked off at the door, in this order."""

    RIGHT_PERSON = "right_person"
    SIM_MOVED = "sim_moved"
    CALLS_WORK = "calls_work"
    CONTACTS_COPIED = "contacts_copied"
    BASICS_SHOWN = "basics_shown"


class Flag(enum.StrEnum):
    """Why a hand-over needs a leader's look: the phone is with the resident all the same."""

    #: No device with this number is in the books.
    UNKNOWN_DEVICE = "unknown_device"
    #: The books had it elsewhere than in the volunteer's bag.
    NOT_IN_BAG = "not_in_bag"
    #: The books had it in another home: one of two reports is wrong.
    AT_A_HOME = "at_a_home"
    #: It was set aside for another home.
    SET_ASIDE = "set_aside"
    #: The home stands on no list.
    NOT_APPROVED = "not_approved"
    #: The home has been given one before.
    GIVEN_BEFORE = "given_before"
    #: The home's progress had gone another way meanwhile.
    PROGRESS = "progress"


class Review(enum.StrEnum):
    """What became of it on the leader's list."""

    NOT_NEEDED = "not_needed"
    OPEN = "open"
    KEPT = "kept"
    VOID = "void"


class Swap(Model):
    """One phone handed to one household. Its id is the form's.

    What was told is never rewritten; a leader's decision may find the device that was meant.
    """

    __tablename__ = "swap"
    __table_args__ = (
        # what counts for an approval counts once
        sa.Index(
            "uq_swap_approval",
            "approval_id",
            unique=True,
            sqlite_where=sa.text("review <> 'void'"),
            postgresql_where=sa.text("review <> 'void'"),
        ),
        sa.CheckConstraint("signature <> '' OR paper_no <> ''", name="signed"),
    )

    id: orm.Mapped[Id]
    #: What the resident was told, valid before anything was sent: see `rules.receipt_no`.
    receipt_no: orm.Mapped[str] = orm.mapped_column(sa.String(20), unique=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Who took it.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("resident.id"))
    #: Empty for one that the home was not entitled to by any list, or not again.
    approval_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("swap_approval.id"))
    #: Empty for a number that is not in the books.
    device_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("stock_device.id"), index=True
    )
    #: As it was read from the phone.
    imei: orm.Mapped[str] = orm.mapped_column(sa.String(15))
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: The believed time at the door, and when the server stored it.
    happened_at: orm.Mapped[datetime]
    recorded_at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    #: Values of `Tick`.
    ticked: orm.Mapped[list[str]]
    face_check: orm.Mapped[FaceCheck]
    old_phone: orm.Mapped[OldPhone]
    #: The owner agreed that everything on the old phone is wiped.
    wipe_agreed: orm.Mapped[bool]
    #: The old phone on its way back, where it was taken.
    old_device_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("stock_device.id"))
    #: Drawn on the screen: an SVG path in a box of 1000 × 300, at most 8 kB; empty on paper.
    signature: orm.Mapped[str] = orm.mapped_column(sa.String(8192), default="")
    #: Number of the paper that was signed instead; it stays at the ward.
    paper_no: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    note: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    #: Values of `Flag`.
    flags: orm.Mapped[list[str]]
    review: orm.Mapped[Review] = orm.mapped_column(index=True)
    reviewed_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship()
    resident: orm.Mapped[Resident | None] = orm.relationship()
    approval: orm.Mapped[Approval | None] = orm.relationship()
    device: orm.Mapped[Handset | None] = orm.relationship(foreign_keys=lambda: Swap.device_id)
    old_device: orm.Mapped[Handset | None] = orm.relationship(
        foreign_keys=lambda: Swap.old_device_id
    )
    volunteer: orm.Mapped[User] = orm.relationship()
