"""On which days the teams of a place still have room for a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment, State
from outreach.core.days import day_bounds
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.teams import queries as teams
from outreach.teams.models import Member, Team

#: Promised visits that one person keeps in a day, at most: with half an hour each and the way, more
#: would break the windows.
MOST_EACH = 10


def has_room(session: orm.Session, area: Area, zone: ZoneInfo) -> Callable[[date], bool]:
    """Whether somebody comes on a day and the day is not full of promises already.

    Where no team is known for the area, every day has room: somebody else sees to it.
    """
    serving = _teams_of(session, area)

    def room(day: date) -> bool:
        people = len({one.member.user_id for one in teams.available(session, serving, day)})
        return _promised(session, serving, day, zone) < MOST_EACH * people

    return room if serving else lambda _day: True


def _teams_of(session: orm.Session, area: Area) -> list[UUID]:
    """Living teams with people whose area is this one or one that it lies in."""
    above = [UUID(part) for part in area.path.split("/") if part]
    peopled = sa.exists().where(Member.team_id == Team.id, Member.left_on.is_(None))
    chosen = sa.select(Team.id).where(Team.area_id.in_(above), Team.dissolved_on.is_(None), peopled)
    return list(session.scalars(chosen))


def _promised(session: orm.Session, serving: list[UUID], day: date, zone: ZoneInfo) -> int:
    begins, ends = day_bounds(day, zone)
    theirs = sa.select(Area.path).join(Team, Team.area_id == Area.id).where(Team.id.in_(serving))
    paths = session.scalars(theirs).all()
    inside = sa.or_(*(sa.and_(Area.path >= path, Area.path < path + "~") for path in paths))
    chosen = (
        sa.select(sa.func.count())
        .select_from(Appointment)
        .join(Household, Household.id == Appointment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(
            Appointment.state == State.OPEN,
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
            inside,
        )
    )
    return session.scalar(chosen) or 0
