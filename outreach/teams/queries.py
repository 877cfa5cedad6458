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
from outreach.core.text import fold
from outreach.places.models import Area
from outreach.teams import rules
from outreach.teams.models import DayAvailability, Member, Position, Team, WeeklyAvailability

PAGE = 50
MOST_DAYS = 100


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


def managed_by(actor: User) -> sa.ColumnElement[bool]:
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
    return _teams(session, managed_by(actor))


def _teams(session: orm.Session, chosen: sa.ColumnElement[bool]) -> list[Team]:
    found = session.scalars(
        sa.select(Team)
        .where(chosen, Team.dissolved_on.is_(None))
        .options(orm.joinedload(Team.area))
        .order_by(Team.sort_key, Team.id)
    )
    return list(found)


def neighbourhoods_of(session: orm.Session, team: Team) -> list[Area]:
    """The areas a team works in, one by one: its own, or those of its commune."""
    below = session.scalars(
        sa.select(Area)
        .where(Area.parent_id == team.area_id, Area.valid_to.is_(None))
        .order_by(Area.sort_key, Area.id)
    )
    return list(below) or [team.area]


def place_of(session: orm.Session, team: Team, user: User) -> Member | None:
    """Somebody's place in the team, also when they have left."""
    return session.scalar(
        sa.select(Member).where(Member.team_id == team.id, Member.user_id == user.id)
    )


def team_in_scope(session: orm.Session, team_id: UUID, *, actor: User) -> Team:
    """The team, its area loaded, if the actor runs or oversees it; else `NotFound`."""
    team = session.scalar(
        sa.select(Team)
        .where(Team.id == team_id, managed_by(actor))
        .options(orm.joinedload(Team.area))
    )
    if team is None:
        raise NotFound(_("There is no such team, or it is not yours."))
    return team


def runs(session: orm.Session, team_id: UUID, *, actor: User) -> bool:
    """Whether the actor runs or oversees the team."""
    chosen = sa.select(Team.id).where(Team.id == team_id, managed_by(actor))
    return session.scalar(chosen) is not None


def runs_team_of(session: orm.Session, user_id: UUID, *, actor: User) -> bool:
    """Whether the actor runs or oversees a team that this person is in, or was in."""
    theirs = sa.select(Member.team_id).where(Member.user_id == user_id)
    chosen = sa.select(Team.id).where(Team.id.in_(theirs), managed_by(actor)).limit(1)
    return session.scalar(chosen) is not None


@dataclass(frozen=True, slots=True)
class Summary:
    """One team in a list: who leads it and how many belong to it now."""

    #: Its `area` is loaded.
    team: Team
    leader: str
    members: int


def summaries(
    session: orm.Session, actor: User, *, text: str = "", page: int = 1
) -> tuple[list[Summary], int]:
    """One page of the actor's teams with what a list shows, and how many in all. Two queries."""
    chosen = [managed_by(actor), Team.dissolved_on.is_(None)]
    if text:
        named = Area.search_key.contains(fold(text), autoescape=True)
        chosen.append(sa.or_(Team.search_key.contains(fold(text), autoescape=True), named))
    total = session.scalar(
        sa.select(sa.func.count()).select_from(Team).join(Team.area).where(*chosen)
    )
    now_in = sa.and_(Member.team_id == Team.id, Member.left_on.is_(None))
    count = sa.select(sa.func.count()).where(now_in).correlate(Team).scalar_subquery()
    leader = (
        sa.select(sa.func.min(User.name))
        .join(Member, Member.user_id == User.id)
        .where(now_in, Member.position == Position.LEADER)
        .correlate(Team)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Team, leader, count)
        .join(Team.area)
        .where(*chosen)
        .options(orm.contains_eager(Team.area).joinedload(Area.parent))
        .order_by(Team.sort_key, Team.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [Summary(team, name or "", int(n)) for team, name, n in rows], total or 0


@dataclass(frozen=True, slots=True)
class Row:
    """One member in a team's list."""

    #: Its `user` is loaded.
    member: Member
    #: Weekdays on which they can usually come.
    days: int
    #: Whether they have ever set a password.
    entered: bool


def members(session: orm.Session, team: Team) -> list[Row]:
    """Everybody who is or was in the team, by position and given name. One query."""
    days = (
        sa.select(sa.func.count())
        .where(WeeklyAvailability.member_id == Member.id)
        .correlate(Member)
        .scalar_subquery()
    )
    rank = sa.case({p.value: n for n, p in enumerate(Position)}, value=Member.position)
    found = session.execute(
        sa.select(Member, days)
        .join(Member.user)
        .where(Member.team_id == team.id)
        .options(orm.contains_eager(Member.user))
        .order_by(rank, User.sort_key, Member.id)
    )
    return [Row(m, int(n), m.user.password_hash is not None) for m, n in found]


def _with_all(chosen: sa.Select[Member]) -> sa.Select[Member]:
    return chosen.options(
        orm.joinedload(Member.user), orm.joinedload(Member.team).joinedload(Team.area)
    )


def member_in_scope(session: orm.Session, member_id: UUID, *, actor: User) -> Member:
    """The member, with user, team and area, of a team the actor runs; else `NotFound`."""
    found = session.scalar(
        _with_all(sa.select(Member).join(Member.team)).where(
            Member.id == member_id, managed_by(actor)
        )
    )
    if found is None:
        raise _unknown_member()
    return found


def member_with_hours(session: orm.Session, member_id: UUID, *, actor: User) -> Member:
    """The member whose hours the actor may tell: oneself, or of a team one runs."""
    found = session.scalar(_with_all(sa.select(Member)).where(Member.id == member_id))
    if found is None or not rules.may_tell_hours(actor, found):
        raise _unknown_member()
    return found


def _unknown_member() -> NotFound:
    return NotFound(_("There is no such team member, or they are not in a team of yours."))


def places_of(session: orm.Session, user: User) -> list[Member]:
    """Somebody's places in living teams, with team and area."""
    found = session.scalars(
        _with_all(sa.select(Member).join(Member.team))
        .where(Member.user_id == user.id, Member.left_on.is_(None), Team.dissolved_on.is_(None))
        .order_by(Team.sort_key, Team.id)
    )
    return list(found)


def week_of(session: orm.Session, member: Member) -> dict[int, WeeklyAvailability]:
    """The member's hours by weekday, 0 is Monday."""
    found = session.scalars(
        sa.select(WeeklyAvailability).where(WeeklyAvailability.member_id == member.id)
    )
    return {row.weekday: row for row in found}


def days_of(session: orm.Session, member: Member, *, today: date) -> list[DayAvailability]:
    """Days from today on that differ from the member's week."""
    found = session.scalars(
        sa.select(DayAvailability)
        .where(DayAvailability.member_id == member.id, DayAvailability.day >= today)
        .order_by(DayAvailability.day)
        .limit(MOST_DAYS)
    )
    return list(found)
