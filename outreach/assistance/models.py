"""Cases (one resident or household in one programme) and the steps that moved them."""

from __future__ import annotations

import enum
from datetime import datetime
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
