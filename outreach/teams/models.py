"""Community digital teams, their members, what they can do and when they can come."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model, SortKey
from outreach.places.models import Area


class Position(enum.StrEnum):
    """Tổ trưởng, tổ phó, thành viên."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


class Skill(enum.StrEnum):
    """What only some members may or can do; a household may need one."""

    VNEID = "vneid"
    BANK = "bank"
    CARRIER = "carrier"
    PROCEDURES = "procedures"
    DIGITAL_SIGNATURE = "digital_signature"


class Team(Model):
    """One team for a neighbourhood, or for a whole commune."""

    __tablename__ = "team"

    id: orm.Mapped[Id]
    name: orm.Mapped[str] = orm.mapped_column(sa.String(160))
    #: The folded name, for search without accents.
    search_key: orm.Mapped[SortKey]
    sort_key: orm.Mapped[SortKey]
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    #: Number of the decision that established it, as written on the paper.
    decision_no: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    established_on: orm.Mapped[date | None]
    dissolved_on: orm.Mapped[date | None]
    #: Where rounds start; empty means the middle of the chosen homes.
    start_latitude: orm.Mapped[float | None]
    start_longitude: orm.Mapped[float | None]
    #: How many hours homes that a member takes by themselves are kept; empty: till the day's end.
    lease_hours: orm.Mapped[int | None]

    area: orm.Mapped[Area] = orm.relationship()
    members: orm.Mapped[list[Member]] = orm.relationship(back_populates="team")


class Member(Model):
    """A user's place in a team."""

    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("team_id", "user_id"),)

    id: orm.Mapped[Id]
    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), index=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    position: orm.Mapped[Position] = orm.mapped_column(default=Position.MEMBER)
    #: Youth Union, Women's Union, Front, police, officer, carrier, bank…
    organisation: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    #: Values of `Skill`.
    skills: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    joined_on: orm.Mapped[date]
    #: The first day they no longer belong to the team.
    left_on: orm.Mapped[date | None]
    #: When their week was last told; until then they count as able at any hour of a session.
    week_told_at: orm.Mapped[datetime | None]
    #: A rest of so many minutes that begins between two times (minutes since midnight).
    rest_from: orm.Mapped[int | None]
    rest_until: orm.Mapped[int | None]
    rest_minutes: orm.Mapped[int | None]
    #: The most homes on one day, and the most minutes of walking; empty: as long as there is time.
    most_visits: orm.Mapped[int | None]
    most_walking: orm.Mapped[int | None]

    team: orm.Mapped[Team] = orm.relationship(back_populates="members")
    user: orm.Mapped[User] = orm.relationship()


class WeeklyAvailability(Model):
    """When a member usually can: minutes since midnight, on one weekday (0 is Monday)."""

    __tablename__ = "weekly_availability"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "weekday"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="minutes"),
    )

    id: orm.Mapped[Id]
    member_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("member.id"), index=True)
    weekday: orm.Mapped[int]
    starts: orm.Mapped[int]
    ends: orm.Mapped[int]

    member: orm.Mapped[Member] = orm.relationship()


class DayAvailability(Model):
    """One day that differs from the week: other minutes, or none at all (absent)."""

    __tablename__ = "day_availability"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "day"),
        sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_or_none"),
        sa.CheckConstraint(
            "starts IS NULL OR (0 <= starts AND starts < ends AND ends <= 1440)", name="minutes"
        ),
    )

    id: orm.Mapped[Id]
    member_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("member.id"), index=True)
    day: orm.Mapped[date] = orm.mapped_column(index=True)
    #: Empty: absent that day.
    starts: orm.Mapped[int | None]
    ends: orm.Mapped[int | None]
    told_at: orm.Mapped[datetime]

    member: orm.Mapped[Member] = orm.relationship()
