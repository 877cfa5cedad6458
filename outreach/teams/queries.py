"""Reads of teams: who leads which, who is in one, and who can come on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.teams import rules
from outreach.teams.models import DayAvailability, Member, Team, WeeklyAvailability


@dataclass(frozen=True, slots=True)
class Available:
    """A member who can come, and when: minutes since midnight, not yet cut to any session."""

    #: Its `user` is loaded.
    member: Member
    starts: int
    ends: int
    #: False when they never told their week: any hour is assumed, and the page should say so.
    told: bool


def available(
    session: orm.Session, teams: Team | UUID | Iterable[UUID], day: date
) -> list[Available]:
    """Who of these teams can come that day, in the order of names. One query."""
    weekly, exception = orm.aliased(WeeklyAvailability), orm.aliased(DayAvailability)
    found = session.execute(
        sa.select(Member, weekly, exception)
        .join(Member.user)
        .outerjoin(weekly, sa.and_(weekly.member_id == Member.id, weekly.weekday == day.weekday()))
        .outerjoin(exception, sa.and_(exception.member_id == Member.id, exception.day == day))
        .where(Member.team_id.in_(_ids(teams)), _belongs(day), User.deactivated_at.is_(None))
        .options(orm.contains_eager(Member.user))
        .order_by(User.sort_key, Member.id)
    )
    possible = [(member, rules.hours(member, week, other)) for member, week, other in found]
    return [Available(m, h.starts, h.ends, h.told) for m, h in possible if h is not None]


def _ids(teams: Team | UUID | Iterable[UUID]) -> list[UUID]:
    if isinstance(teams, Team):
        return [teams.id]
    return [teams] if isinstance(teams, UUID) else list(teams)


def _belongs(day: date) -> sa.ColumnElement[bool]:
    """`rules.belongs`, for the database."""
    return sa.and_(Member.joined_on <= day, sa.or_(Member.left_on.is_(None), Member.left_on > day))


def _manageable(actor: User) -> sa.ColumnElement[bool]:
    """`rules.may_manage`, for the database."""
    if actor.role in {Role.ADMINISTRATOR, Role.OFFICER}:
        return Team.area_id.in_(scopes.areas(actor))
    if actor.role is Role.LEADER:
        return Team.id.in_(_led(actor))
    return sa.false()


def _led(user: User) -> sa.Select[UUID]:
    return sa.select(Member.team_id).where(
        Member.user_id == user.id,
        Member.position.in_(rules.LEADING),
        Member.left_on.is_(None),
    )


def led_by(session: orm.Session, user: User) -> list[Team]:
    """Teams this person leads or deputises for, with their areas, dissolved ones left out."""
    return _teams(session, Team.id.in_(_led(user)))


def of_volunteer(session: orm.Session, user: User) -> list[Team]:
    """Teams this person belongs to now, with their areas, dissolved ones left out."""
    mine = sa.select(Member.team_id).where(Member.user_id == user.id, Member.left_on.is_(None))
    return _teams(session, Team.id.in_(mine))


def manageable(session: orm.Session, actor: User) -> list[Team]:
    """Every living team the actor runs or oversees, with its area: for choices."""
    return _teams(session, _manageable(actor))


def _teams(session: orm.Session, chosen: sa.ColumnElement[bool]) -> list[Team]:
    found = session.scalars(
        sa.select(Team)
        .where(chosen, Team.dissolved_on.is_(None))
        .options(orm.joinedload(Team.area))
        .order_by(Team.sort_key, Team.id)
    )
    return list(found)


def team_in_scope(session: orm.Session, team_id: UUID, *, actor: User) -> Team:
    """The team, its area loaded, if the actor runs or oversees it; else `NotFound`."""
    team = session.scalar(
        sa.select(Team)
        .where(Team.id == team_id, _manageable(actor))
        .options(orm.joinedload(Team.area))
    )
    if team is None:
        raise NotFound(_("There is no such team, or it is not yours."))
    return team
