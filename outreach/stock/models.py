"""Devices, the places they can be in, and the movements between places: a chain without gaps.

**Each device is in exactly one place, and the database sees to it** on both engines, without a
trigger. A device's movements are numbered 1, 2, 3…, and three foreign keys of theirs make a chain:

- a device has its movement number 1 (`first_number`);
- movement *n* > 1 begins in the place where *n* − 1 ended, which must say that it was left for *n*
  (device, *n* − 1, from where, *n*) -> (device, number, to where, next number);
- a place that was left has been left for a movement that exists (device, next number) -> (device,
  number), checked at the commit.

So of a device with *n* movements, exactly the last has no next number: that is where it is. Two
people who move it at once both write number *n* + 1, and `UNIQUE (device, number)` lets one.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Key, Model, SortKey
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.teams.models import Team


class Kind(enum.StrEnum):
    """What a device is. The first two are variants of the programme `device_2g4g`."""

    SMARTPHONE = "smartphone"
    FEATURE_4G = "feature_4g"
    #: A resident's old phone, on its way back.
    OLD = "old"


class Condition(enum.StrEnum):
    """What it was like when it was last looked at."""

    NEW = "new"
    USED = "used"
    FAULTY = "faulty"


class PlaceKind(enum.StrEnum):
    """Where a device can be."""

    FUNDER = "funder"
    STORE = "store"
    TEAM = "team"
    BAG = "bag"
    HOME = "home"
    RECYCLER = "recycler"
    LOST = "lost"


class Received(enum.StrEnum):
    """Whether the one who got it has said so."""

    #: Nobody has to: it went into a cupboard.
    NOT_NEEDED = "not_needed"
    AWAITED = "awaited"
    #: By themselves: with a tap, or with a signature.
    CONFIRMED = "confirmed"
    #: Somebody who runs the team says that they have it.
    ON_WORD = "on_word"


class Place(Model):
    """A store, a team, a bag, a home… One row each, made when it is first needed."""

    __tablename__ = "stock_place"
    __audited__ = False  # the movement into it is
    __table_args__ = (
        sa.CheckConstraint("(kind = 'store') = (area_id IS NOT NULL)", name="store_of_area"),
        sa.CheckConstraint("(kind IN ('team', 'bag')) = (team_id IS NOT NULL)", name="team"),
        sa.CheckConstraint("(kind = 'bag') = (user_id IS NOT NULL)", name="bag_of_user"),
        sa.CheckConstraint("(kind = 'home') = (household_id IS NOT NULL)", name="home"),
    )

    id: orm.Mapped[Id]
    kind: orm.Mapped[PlaceKind]
    #: Kind and whose it is: two rows for one place are impossible.
    key: orm.Mapped[str] = orm.mapped_column(Key, unique=True)
    #: A funder's or recycler's name; empty for the others, whose rows have one.
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    area_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("area.id"))
    #: The team; of a bag: the team that fills it.
    team_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("team.id"), index=True)
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    household_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("household.id"), index=True
    )

    area: orm.Mapped[Area | None] = orm.relationship()
    team: orm.Mapped[Team | None] = orm.relationship()
    user: orm.Mapped[User | None] = orm.relationship()
    household: orm.Mapped[Household | None] = orm.relationship()


class Movement(Model):
    """A device went from one place to another. Rows are only added; see the head of this file."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "number", name="moved_once"),
        sa.UniqueConstraint("device_id", "number", "to_place_id", "next_number", name="left_for"),
        sa.ForeignKeyConstraint(
            ["device_id", "previous_number", "from_place_id", "number"],
            [
                "stock_movement.device_id",
                "stock_movement.number",
                "stock_movement.to_place_id",
                "stock_movement.next_number",
            ],
            name="begins_where_the_last_ended",
        ),
        sa.ForeignKeyConstraint(
            ["device_id", "next_number"],
            ["stock_movement.device_id", "stock_movement.number"],
            name="left_for_somewhere",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("(number = 1) = (previous_number IS NULL)", name="first"),
        sa.CheckConstraint(
            "previous_number IS NULL OR previous_number = number - 1", name="previous"
        ),
        sa.CheckConstraint("next_number IS NULL OR next_number = number + 1", name="next"),
        sa.Index(
            "ix_stock_movement_here",
            "to_place_id",
            sqlite_where=sa.text("next_number IS NULL"),
            postgresql_where=sa.text("next_number IS NULL"),
        ),
    )

    id: orm.Mapped[Id]
    #: The device; its row points here (it cannot be without a movement), so no key points back.
    device_id: orm.Mapped[UUID]
    #: 1, 2, 3… of its device.
    number: orm.Mapped[int]
    previous_number: orm.Mapped[int | None]
    #: The movement it was left by; empty while the device is there.
    next_number: orm.Mapped[int | None]
    from_place_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("stock_place.id"))
    to_place_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("stock_place.id"))
    #: When it happened, as told.
    happened_at: orm.Mapped[datetime]
    #: When the server stored it.
    recorded_at: orm.Mapped[datetime]
    #: Who gave it.
    actor_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    received: orm.Mapped[Received]
    received_at: orm.Mapped[datetime | None]
    #: Why, where somebody wrote it: how it was lost, what is broken. Guarded against secrets.
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    #: The form of a phone's that it came with, if it came with one.
    form_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)

    from_place: orm.Mapped[Place] = orm.relationship(foreign_keys=lambda: Movement.from_place_id)
    to_place: orm.Mapped[Place] = orm.relationship(foreign_keys=lambda: Movement.to_place_id)
    actor: orm.Mapped[User] = orm.relationship()


class Delivery(Model):
    """Devices that came together, with the paper they came with."""

    __tablename__ = "stock_delivery"

    id: orm.Mapped[Id]
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    funder: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    #: Number of the delivery note.
    paper_no: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    devices: orm.Mapped[int]
    by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    at: orm.Mapped[datetime]

    area: orm.Mapped[Area] = orm.relationship()
    by: orm.Mapped[User] = orm.relationship()


class Handset(Model):
    """A device: one phone. Where it is, its last movement says.

    The class is not called `Device`, because `accounts` calls a signed-in browser that.
    """

    __tablename__ = "stock_device"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["id", "first_number"],
            ["stock_movement.device_id", "stock_movement.number"],
            name="came_from_somewhere",
        ),
        sa.CheckConstraint("first_number = 1", name="first"),
        sa.CheckConstraint("kind = 'old' OR imei IS NOT NULL", name="serial"),
    )

    id: orm.Mapped[Id]
    first_number: orm.Mapped[int] = orm.mapped_column(default=1)
    kind: orm.Mapped[Kind]
    #: Fifteen digits; may be unknown of an old phone only.
    imei: orm.Mapped[str | None] = orm.mapped_column(sa.String(15), unique=True)
    #: Of an old phone: the receipt's number, which is written on it.
    model: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    #: Folded model and IMEI.
    search_key: orm.Mapped[SortKey]
    #: Who paid for it; empty of an old phone.
    funder: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    #: What comes with it: charger, SIM, a year of data.
    accessories: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    warranty_until: orm.Mapped[date | None]
    condition: orm.Mapped[Condition]
    #: The commune that answers for it.
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    delivery_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("stock_delivery.id"), index=True
    )
    created_at: orm.Mapped[datetime]

    area: orm.Mapped[Area] = orm.relationship()


class Count(Model):
    """Somebody looked into a bag and ticked what is there. Its id is made on the phone."""

    __tablename__ = "stock_count"

    id: orm.Mapped[Id]
    #: Whose bags were counted.
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    #: The phone's own time, however wrong.
    made_at: orm.Mapped[datetime]
    at: orm.Mapped[datetime]
    #: Devices that should have been there.
    expected: orm.Mapped[int]
    #: Of those: ids of the ones that were not.
    missing: orm.Mapped[list[str]]
    #: SHA-256 of what was ticked: the same id with another content is a conflict.
    fingerprint: orm.Mapped[str] = orm.mapped_column(sa.String(64))

    user: orm.Mapped[User] = orm.relationship(foreign_keys=lambda: Count.user_id)
