"""Which teams want tomorrow planned every night, and what each night made of it."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.rounds.models import Round
from outreach.teams.models import Team


class Outcome(enum.StrEnum):
    """What a night came to for one team; each has its sentence."""

    #: A plan waits to be looked at.
    PLANNED = "planned"
    PUBLISHED = "published"
    #: Planned, and published had it not clashed with something.
    NOT_PUBLISHED = "not_published"
    #: The team does not want a plan; its turf was refreshed.
    REFRESHED = "refreshed"
    #: Somebody had made a round for that day.
    MADE_BY_HAND = "made_by_hand"
    NOBODY = "nobody"
    NO_POINT = "no_point"
    NOTHING_TO_VISIT = "nothing_to_visit"
    #: Whoever asked for it does not run the team any more.
    ASKER_GONE = "asker_gone"
    #: It failed again and again.
    BROKE = "broke"


class Habit(Model):
    """What a team wants of its nights."""

    __tablename__ = "night_habit"
    __table_args__ = (
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="minutes"),
    )

    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), primary_key=True)
    #: Whether tomorrow is planned.
    plans: orm.Mapped[bool]
    #: Whether the plan is published at once, or waits for somebody to look at it.
    publishes: orm.Mapped[bool]
    #: The session in minutes since midnight.
    starts: orm.Mapped[int]
    ends: orm.Mapped[int]
    #: Who said so last: plans are made in their name.
    told_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    told_at: orm.Mapped[datetime]

    team: orm.Mapped[Team] = orm.relationship()
    told_by: orm.Mapped[User] = orm.relationship()


class Run(Model):
    """One team's night. Whoever holds the lease works; an expired lease is anyone's.

    There is one for a team and a day, so a result is stored once however many work at it.
    """

    __tablename__ = "night_run"
    __table_args__ = (sa.UniqueConstraint("team_id", "day"),)
    __audited__ = False  # what comes of it is audited on the round and the team

    id: orm.Mapped[Id]
    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"))
    #: The day that is planned.
    day: orm.Mapped[date] = orm.mapped_column(index=True)
    asked_at: orm.Mapped[datetime]
    leased_by: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    leased_until: orm.Mapped[datetime | None]
    #: How often it was begun.
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Set with the outcome, once.
    ended_at: orm.Mapped[datetime | None]
    outcome: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    #: Counts for the outcome's sentence.
    facts: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    round_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("round.id"))

    team: orm.Mapped[Team] = orm.relationship()
    round: orm.Mapped[Round | None] = orm.relationship()
