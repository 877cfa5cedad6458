"""Reads of nights: what teams want, what was done for them, and what is still to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.nights.models import Habit, Run
from outreach.rounds.models import Round, State
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf.models import Turf

#: Nights that a team's page looks back on.
MOST_NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Line:
    """One team with what it wants and what its last night came to."""

    team: Team
    habit: Habit | None
    last: Run | None


def lines(session: orm.Session, *, actor: User) -> list[Line]:
    """Every team the actor runs or oversees. Three queries."""
    mine = teams.manageable(session, actor)
    ids = [team.id for team in mine]
    habits = {
        row.team_id: row for row in session.scalars(sa.select(Habit).where(Habit.team_id.in_(ids)))
    }
    newest = (
        sa.select(Run.team_id, sa.func.max(Run.day).label("day"))
        .where(Run.team_id.in_(ids))
        .group_by(Run.team_id)
        .subquery()
    )
    last = {
        row.team_id: row
        for row in session.scalars(
            sa.select(Run).join(
                newest, sa.and_(newest.c.team_id == Run.team_id, newest.c.day == Run.day)
            )
        )
    }
    return [Line(team, habits.get(team.id), last.get(team.id)) for team in mine]


def habit_of(session: orm.Session, team: Team) -> Habit | None:
    """What the team wants, if it ever said."""
    return session.get(Habit, team.id)


def nights_of(session: orm.Session, team: Team) -> Sequence[Run]:
    """The team's last nights, newest first."""
    return session.scalars(
        sa.select(Run).where(Run.team_id == team.id).order_by(Run.day.desc()).limit(MOST_NIGHTS)
    ).all()


def to_begin(session: orm.Session, day: date) -> list[UUID]:
    """Living teams that want a plan or have turf, and whose night for that day did not begin."""
    wants = sa.exists().where(Habit.team_id == Team.id, Habit.plans)
    turfed = sa.exists().where(Turf.team_id == Team.id, Turf.ended_at.is_(None))
    begun = sa.exists().where(Run.team_id == Team.id, Run.day == day)
    chosen = sa.select(Team.id).where(Team.dissolved_on.is_(None), sa.or_(wants, turfed), ~begun)
    return list(session.scalars(chosen.order_by(Team.id)))


def teams_of_night(session: orm.Session, day: date) -> int:
    """How many teams want that day planned at night."""
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(Run)
        .join(Habit, Habit.team_id == Run.team_id)
        .where(Run.day == day, Habit.plans)
    )
    return count or 0


def is_waiting(now: datetime) -> sa.ColumnElement[bool]:
    """Nights that nobody works on."""
    free = sa.or_(Run.leased_until.is_(None), Run.leased_until < now)
    return sa.and_(Run.ended_at.is_(None), free)


def is_due(session: orm.Session, *, now: datetime) -> bool:
    """Whether some night waits for a worker."""
    return session.scalar(sa.select(Run.id).where(is_waiting(now)).limit(1)) is not None


def is_left(session: orm.Session) -> bool:
    """Whether some night has not ended, also where somebody works on it."""
    return session.scalar(sa.select(Run.id).where(Run.ended_at.is_(None)).limit(1)) is not None


def made_by_hand(session: orm.Session, team_id: UUID, day: date) -> bool:
    """Whether the team has a round for that day which no volunteer took by themselves."""
    chosen: Any = sa.select(Round.id).where(
        Round.team_id == team_id,
        Round.day == day,
        Round.state != State.CANCELLED,
        Round.lease_until.is_(None),
    )
    return session.scalar(chosen.limit(1)) is not None
