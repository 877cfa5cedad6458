"""Cases (one resident or household in one programme) and the steps that moved them."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household, Resident


class Evidence(enum.StrEnum):
    """How well we know: said by the resident, seen by us, confirmed by the agency's list."""

    DECLARED = "declared"
    OBSERVED = "observed"
    CONFIRMED = "confirmed"


class Channel(enum.StrEnum):
    """Where a step happened."""

    HOME = "home"
    SERVICE_DAY = "service_day"
    COUNTER = "counter"
    PHONE = "phone"
    DESK = "desk"


class ClockKind(enum.StrEnum):
    """Where a deadline comes from: a definition, asking again later, or nobody having come."""

    DEADLINE = "deadline"
    FOLLOW_UP = "follow_up"
    IDLE = "idle"


class Case(Model):
    """One resident's (or household's) progress in a programme. `state` is its last step's."""

    __tablename__ = "assistance_case"
    __table_args__ = (
        # a resident (or a household as a whole) is in a programme once, save where the programme
        # repeats: then each dossier is a case with the next number
        sa.Index(
            "uq_assistance_case_resident",
            "programme",
            "resident_id",
            "dossier",
            unique=True,
            sqlite_where=sa.text("resident_id IS NOT NULL"),
            postgresql_where=sa.text("resident_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_assistance_case_household",
            "programme",
            "household_id",
            "dossier",
            unique=True,
            sqlite_where=sa.text("resident_id IS NULL"),
            postgresql_where=sa.text("resident_id IS NULL"),
        ),
        sa.Index("ix_assistance_case_state", "programme", "state"),
    )

    id: orm.Mapped[Id]
    #: Code of the programme: `device_2g4g`, `bank_account`, `vneid_l2`…
    programme: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: Empty for programmes of a whole household.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("resident.id"), index=True
    )
    #: 1, and 2, 3… for the next ones of a programme that repeats: somebody's second procedure.
    dossier: orm.Mapped[int] = orm.mapped_column(default=1)
    #: A state of the programme's definition; empty when its only steps were taken back.
    state: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    #: The best evidence for that state; empty with it.
    evidence: orm.Mapped[Evidence | None]
    #: Which kind, where the programme has kinds: `smartphone`, `feature_4g`, `branch`…
    variant: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    #: Why it stopped, from the shared list of stop reasons; empty while it can go on.
    stop_reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    opened_at: orm.Mapped[datetime]
    #: When the state was reached.
    moved_at: orm.Mapped[datetime]
    closed_at: orm.Mapped[datetime | None]
    #: Steps recorded so far, taken back or not: the next one's number less one.
    steps: orm.Mapped[int] = orm.mapped_column(default=0)
    #: The latest of each typed field, from steps not taken back: code -> text, dates as ISO.
    typed: orm.Mapped[dict[str, str]] = orm.mapped_column(sa.JSON, default=dict)
    #: Local day on which each clock of the definition began, while its states are not left.
    began: orm.Mapped[dict[str, str]] = orm.mapped_column(sa.JSON, default=dict)
    #: When the latest step that stands happened.
    seen_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship()
    resident: orm.Mapped[Resident | None] = orm.relationship()


class Step(Model):
    """One dated, evidenced move. Steps are added and taken back, never rewritten."""

    __tablename__ = "assistance_step"
    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)

    id: orm.Mapped[Id]
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("assistance_case.id"))
    #: 1, 2, 3… within its case, in the order they were stored.
    number: orm.Mapped[int]
    #: Empty for the first.
    from_state: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    to_state: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: Which kind, on the step that said so.
    variant: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    evidence: orm.Mapped[Evidence]
    channel: orm.Mapped[Channel]
    stop_reason: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    #: When it happened, as told; believed only within reason.
    happened_at: orm.Mapped[datetime]
    #: When the server stored it.
    recorded_at: orm.Mapped[datetime]
    actor_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: The visit report it came with; reports live above, so there is no foreign key.
    report_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    #: The agency's list it was confirmed by; lists live above, so there is no foreign key.
    batch_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    note: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    #: What was typed from slips with this step: code of the field -> text, dates as ISO.
    typed: orm.Mapped[dict[str, str]] = orm.mapped_column(sa.JSON, default=dict)
    #: Numbers (0…) of the state's checklist that were ticked.
    ticked: orm.Mapped[list[int]] = orm.mapped_column(sa.JSON, default=list)
    #: Set when it was taken back; by whom is in the audit trail.
    undone_at: orm.Mapped[datetime | None]

    case: orm.Mapped[Case] = orm.relationship()
    actor: orm.Mapped[User | None] = orm.relationship()


class Definition(Model):
    """One version of a programme as an administrator stored it. Rows are only ever added."""

    __tablename__ = "assistance_definition"
    __table_args__ = (sa.UniqueConstraint("programme", "version"),)

    id: orm.Mapped[Id]
    #: Code of the programme; a file of ours may have the same, whose place this takes.
    programme: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: Goes on from the version of our file: the highest one holds.
    version: orm.Mapped[int]
    #: The definition in TOML, as our files are; it could be read when it was stored.
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    #: What was changed, in a few words.
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    saved_at: orm.Mapped[datetime]
    actor_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)

    actor: orm.Mapped[User | None] = orm.relationship()


class RunningClock(Model):
    """One deadline of one case, worked out from its steps: see `clocks`. Rewritten with them."""

    __tablename__ = "assistance_clock"
    __audited__ = False  # follows from steps, definitions and declared days
    __table_args__ = (
        # the area is the home's: the database keeps it so, whoever moves the home
        sa.ForeignKeyConstraint(
            ["household_id", "area_id"],
            ["household.id", "household.area_id"],
            name="fk_assistance_clock_home",
            onupdate="CASCADE",
        ),
        # for a whole ward in the order of days, with all that lists are narrowed by, so that what
        # is passed over costs no look at its row; of one programme; for a few areas; some homes
        sa.Index(
            "ix_assistance_clock_day",
            "idle",
            "due_on",
            "case_id",
            "code",
            "warn_on",
            "programme",
            "owner",
            "area_id",
        ),
        sa.Index(
            "ix_assistance_clock_programme",
            "idle",
            "programme",
            "due_on",
            "case_id",
            "code",
            "warn_on",
            "owner",
            "area_id",
        ),
        sa.Index("ix_assistance_clock_area", "area_id", "idle", "due_on"),
        sa.Index("ix_assistance_clock_home", "household_id", "area_id"),
        {"info": {"follows": True}},
    )

    case_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("assistance_case.id"), primary_key=True
    )
    #: The clock's code in the definition, `follow_up_7d`, `follow_up_30d` or `idle`.
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40), primary_key=True)
    kind: orm.Mapped[ClockKind]
    #: Whether it only says that nobody has come for long.
    idle: orm.Mapped[bool]
    household_id: orm.Mapped[UUID]
    area_id: orm.Mapped[UUID]
    #: Empty for programmes of a whole household.
    resident_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("resident.id"))
    programme: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: Whose turn it is: a value of `definitions.Owner`.
    owner: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    starts_on: orm.Mapped[date]
    #: Worklists show it from this day on.
    warn_on: orm.Mapped[date]
    #: The last day on which it is kept.
    due_on: orm.Mapped[date]

    case: orm.Mapped[Case] = orm.relationship()
    household: orm.Mapped[Household] = orm.relationship(viewonly=True)
    resident: orm.Mapped[Resident | None] = orm.relationship(viewonly=True)


class Reckoning(Model):
    """From what clocks were last worked out: when that changes, all of them are again."""

    __tablename__ = "assistance_reckoning"
    __audited__ = False  # bookkeeping

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
    #: Digest of the definitions' clocks, the declared days and the time zone.
    digest: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: How far an unfinished pass is: the last case that was worked out; empty when done.
    reached: orm.Mapped[UUID | None]
    at: orm.Mapped[datetime]


class CountedArea(Model):
    """When an area's pillars were last counted, and over how many homes and people."""

    __tablename__ = "assistance_counted_area"
    __audited__ = False  # figures, counted again and again

    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), primary_key=True)
    counted_at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    homes: orm.Mapped[int]
    people: orm.Mapped[int]


class PillarCount(Model):
    """How many people, and how many homes, of one area are how far with a pillar."""

    __tablename__ = "assistance_pillar_count"
    __audited__ = False  # figures, counted again and again

    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), primary_key=True)
    #: Values of `definitions.Pillar` and `definitions.Status`.
    pillar: orm.Mapped[str] = orm.mapped_column(sa.String(32), primary_key=True)
    status: orm.Mapped[str] = orm.mapped_column(sa.String(32), primary_key=True)
    #: A value of `Evidence`; empty where nobody has said anything.
    evidence: orm.Mapped[str] = orm.mapped_column(sa.String(32), primary_key=True)
    people: orm.Mapped[int]
    homes: orm.Mapped[int]
