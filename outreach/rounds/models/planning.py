"""What is asked of the planner and what can still be undone: wishes, proposals, steps."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.rounds.models.plans import Round, Route


class Mode(enum.StrEnum):
    """How much of the plan people hold a proposal may change (as `routing.mode.Mode`)."""

    #: Nobody loses or swaps a home; new ones fill gaps.
    FILL = "fill"
    #: A home changes hands only where that saves more than the disturbance costs.
    LEAST = "least"
    #: As if nobody had been promised anything.
    FREE = "free"


class Planning(Model):
    """A wish to plan a round. Whoever holds the lease computes; an expired lease is anyone's.

    It is gone when the plan is stored, when planning failed, and when somebody stopped it.
    """

    __tablename__ = "round_planning"
    __audited__ = False  # bookkeeping; asking and storing are audited on the round

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), unique=True)
    #: The round's revision it was asked for: a plan for another one is not stored.
    revision: orm.Mapped[int]
    requested_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    requested_at: orm.Mapped[datetime]
    leased_by: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    leased_until: orm.Mapped[datetime | None]
    #: How often it was begun: what fails again and again is given up.
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    #: 0-100.
    progress: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Visits in the best plan so far.
    visits: orm.Mapped[int] = orm.mapped_column(default=0)
    #: The proposal it is for; empty when the round itself is to be planned.
    proposal_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("round_proposal.id"))

    round: orm.Mapped[Round] = orm.relationship()
    requested_by: orm.Mapped[User] = orm.relationship()
    proposal: orm.Mapped[Proposal | None] = orm.relationship()


class Proposal(Model):
    """Another plan for a round, beside the one people hold: accepted, it takes its place.

    One a round; it is gone when it was accepted, thrown away or replaced by another.
    """

    __tablename__ = "round_proposal"
    __audited__ = False  # bookkeeping; asking and what came of it are audited on the round

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), unique=True)
    mode: orm.Mapped[Mode]
    #: The round's revision it was made from: for another one it is not accepted.
    revision: orm.Mapped[int]
    asked_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    asked_at: orm.Mapped[datetime]
    #: The route whose volunteer cannot come, where that is why.
    absent_route_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("route.id"))
    #: How many other routes may change; empty: all.
    most_changed: orm.Mapped[int | None]
    #: When it was worked out; empty while it is thought about.
    ready_at: orm.Mapped[datetime | None]
    #: `questions.Answer` as JSON: who goes where and when, and why a home is left out.
    answer: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: Why nothing could be worked out, as a reason code.
    failure: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))

    round: orm.Mapped[Round] = orm.relationship()
    asked_by: orm.Mapped[User] = orm.relationship()
    absent_route: orm.Mapped[Route | None] = orm.relationship()


class Step(Model):
    """A change by hand that can be undone: the routes it touched, as they were before it."""

    __tablename__ = "round_step"
    __audited__ = False  # the change is audited on the round, and so is its undoing

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), index=True)
    made_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    made_at: orm.Mapped[datetime]
    #: What was done, as in the trail.
    action: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: The round's revision when it began, and after it: it can be undone while the latter is the
    #: present one. Undoing what followed brings the round back to this step.
    began: orm.Mapped[int]
    revision: orm.Mapped[int]
    #: Routes with their stops, and rows of homes left out that it took away. Ids, no names.
    before: orm.Mapped[dict[str, Any]]

    made_by: orm.Mapped[User] = orm.relationship()
