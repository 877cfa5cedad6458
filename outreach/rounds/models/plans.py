"""A team's plan for a day: the round, its routes and stops, and whom it had to leave out."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.teams.models import Team


class State(enum.StrEnum):
    """draft → planning → proposed → published → closed; a failed plan goes back to draft."""

    DRAFT = "draft"
    PLANNING = "planning"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Round(Model):
    """One team's day. With `published_at` set, volunteers see it, even while it is planned anew."""

    __tablename__ = "round"
    __table_args__ = (
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="minutes"),
        sa.Index("ix_round_team_day", "team_id", "day"),
    )

    id: orm.Mapped[Id]
    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), index=True)
    day: orm.Mapped[date] = orm.mapped_column(index=True)
    #: The session in minutes since midnight; members' own hours are cut to it.
    starts: orm.Mapped[int]
    ends: orm.Mapped[int]
    state: orm.Mapped[State] = orm.mapped_column(default=State.DRAFT)
    #: Minutes a visit takes where nothing else is known.
    visit_minutes: orm.Mapped[int] = orm.mapped_column(default=12)
    #: Straight lines × this, where no street leads; what the plan used is in `figures`.
    detour_factor: orm.Mapped[float] = orm.mapped_column(default=1.35)
    #: CPU seconds the solver may use.
    solve_seconds: orm.Mapped[int] = orm.mapped_column(default=12)
    seed: orm.Mapped[int] = orm.mapped_column(default=1)
    created_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    created_at: orm.Mapped[datetime]
    #: Told to every volunteer of the round.
    instructions: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    #: Why the last planning gave nothing, as a reason code.
    failure: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    #: What the plan was made from: candidates, homes beyond the limit, seconds, walking source.
    figures: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: Last change of anything in it; set with every change, so that `revision` counts it.
    changed_at: orm.Mapped[datetime]
    published_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]
    #: Of homes a volunteer took by themselves: until when they are kept for them.
    lease_until: orm.Mapped[datetime | None]
    #: Counts every change, so that two leaders do not overwrite each other.
    revision: orm.Mapped[int] = orm.mapped_column(default=1)

    team: orm.Mapped[Team] = orm.relationship()
    areas: orm.Mapped[list[Area]] = orm.relationship(secondary=lambda: RoundArea.__table__)
    routes: orm.Mapped[list[Route]] = orm.relationship(
        back_populates="round", order_by=lambda: Route.position
    )
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads it so


class RoundArea(Model):
    """The neighbourhoods a round covers."""

    __tablename__ = "round_area"
    __audited__ = False  # written with its round only

    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), primary_key=True)


class Route(Model):
    """One volunteer's ordered list for the day."""

    __tablename__ = "route"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "volunteer_id"),
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="minutes"),
    )

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), index=True)
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: Who walks it with them: a pair has one route, and both see it.
    partner_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: Order among the round's routes, and its colour and number on the map.
    position: orm.Mapped[int]
    starts: orm.Mapped[int]
    ends: orm.Mapped[int]
    start_latitude: orm.Mapped[float]
    start_longitude: orm.Mapped[float]
    #: A locked route is not changed by planning again.
    locked: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: Its volunteer gets no more homes than they have; they may get fewer, or others.
    full: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: Set when the volunteer cannot come after all: nothing more is given to them.
    absent_at: orm.Mapped[datetime | None]
    #: A rest of so many minutes that begins between two times (minutes since midnight).
    rest_from: orm.Mapped[int | None]
    rest_until: orm.Mapped[int | None]
    rest_minutes: orm.Mapped[int | None]
    #: The most homes, and the most minutes of walking; empty: as many as there is time for.
    most_visits: orm.Mapped[int | None]
    most_walking: orm.Mapped[int | None]
    #: What the plan says of it, in seconds; when the rest begins, where one is taken.
    rest_at_s: orm.Mapped[int | None]
    walking_s: orm.Mapped[int] = orm.mapped_column(default=0)
    service_s: orm.Mapped[int] = orm.mapped_column(default=0)
    waiting_s: orm.Mapped[int] = orm.mapped_column(default=0)

    @property
    def work_s(self) -> int:
        """From the first step to the last door's closing, without a rest."""
        return self.walking_s + self.service_s + self.waiting_s

    @property
    def rest_s(self) -> int:
        """Seconds of the rest that the plan has, if any."""
        return 60 * (self.rest_minutes or 0) if self.rest_at_s is not None else 0

    @property
    def people(self) -> tuple[UUID, ...]:
        """Who walks it: one, or two together."""
        return (self.volunteer_id, *((self.partner_id,) if self.partner_id else ()))

    @classmethod
    def walked_by(cls, user_id: UUID) -> sa.ColumnElement[bool]:
        """Routes of somebody's, alone or in a pair."""
        return sa.or_(cls.volunteer_id == user_id, cls.partner_id == user_id)

    @property
    def names(self) -> str:
        """Who walks it, as a heading says it."""
        return self.volunteer.name + (f" + {self.partner.name}" if self.partner else "")

    round: orm.Mapped[Round] = orm.relationship(back_populates="routes")
    volunteer: orm.Mapped[User] = orm.relationship(foreign_keys=lambda: Route.volunteer_id)
    partner: orm.Mapped[User | None] = orm.relationship(foreign_keys=lambda: Route.partner_id)
    stops: orm.Mapped[list[Stop]] = orm.relationship(
        back_populates="route", order_by=lambda: Stop.position
    )


class Stop(Model):
    """One home on one route. A home is on a round once."""

    __tablename__ = "stop"
    __table_args__ = (sa.UniqueConstraint("round_id", "household_id"),)

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"))
    route_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("route.id"), index=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    position: orm.Mapped[int]
    #: Seconds since local midnight.
    arrives_s: orm.Mapped[int]
    starts_s: orm.Mapped[int]
    service_s: orm.Mapped[int]
    #: What a visit is worth to the planner, in minutes.
    prize: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Skill the volunteer must have (a value of `teams.Skill`).
    skill: orm.Mapped[str | None] = orm.mapped_column(sa.String(32))
    #: Planning again leaves it with its volunteer.
    locked: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: The agreed window it keeps, if any.
    appointment_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("appointment.id"))
    #: Why this home today: what it misses, an appointment, a clock (reason codes).
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)

    route: orm.Mapped[Route] = orm.relationship(back_populates="stops")
    household: orm.Mapped[Household] = orm.relationship()


class Handout(Model):
    """That a volunteer was given a home, and until when: what a phone may still report on.

    Planning again deletes stops, and leaders move them, while phones without signal go on walking.
    """

    __tablename__ = "handout"
    __audited__ = False  # follows from what is audited on the round
    __table_args__ = (sa.Index("ix_handout_volunteer_household", "volunteer_id", "household_id"),)

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), index=True)
    #: Not a foreign key: it stays when the stop is gone.
    stop_id: orm.Mapped[UUID] = orm.mapped_column(index=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    given_at: orm.Mapped[datetime]
    #: When it was taken from them again; empty while it is theirs.
    taken_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship()


class Hold(Model):
    """That a home is on a published round of a day: on one alone, whoever asks at the same time.

    Where the round's lease is over, whoever needs the home next takes it over.
    """

    __tablename__ = "home_hold"
    __audited__ = False  # follows from what is audited on the round

    household_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("household.id"), primary_key=True
    )
    day: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"), index=True)
    #: Not a foreign key: stops come and go with every plan.
    stop_id: orm.Mapped[UUID]

    round: orm.Mapped[Round] = orm.relationship()


class LeftOut(Model):
    """A home the plan could not serve, and why: a code with values for its sentence."""

    __tablename__ = "left_out"
    __audited__ = False  # written with its plan only
    __table_args__ = (sa.UniqueConstraint("round_id", "household_id"),)

    id: orm.Mapped[Id]
    round_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("round.id"))
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"))
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    values: orm.Mapped[dict[str, Any]]

    household: orm.Mapped[Household] = orm.relationship()


class WantedVisit(Model):
    """Somebody wants a home visited from a day on: the next plan must serve it.

    Whether it was served is read from published rounds, so that a withdrawn one heals by itself.
    """

    __tablename__ = "wanted_visit"

    id: orm.Mapped[Id]
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), index=True)
    #: The first day it may be served, and the last one on which it is still wanted.
    day: orm.Mapped[date]
    until: orm.Mapped[date] = orm.mapped_column(index=True)
    asked_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    asked_at: orm.Mapped[datetime]
    withdrawn_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship()
    asked_by: orm.Mapped[User] = orm.relationship()
