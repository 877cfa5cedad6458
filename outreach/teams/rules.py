"""Decisions about teams: who may run one, and when a member can come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.teams.models import DayAvailability, Member, Position, Team, WeeklyAvailability

#: Positions that run a team.
LEADING = frozenset({Position.LEADER, Position.DEPUTY})
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody can come on one day, in minutes since midnight."""

    starts: int
    ends: int
    #: False when they never said so: any hour of the session is then assumed ("chưa khai").
    told: bool = True


def belongs(member: Member, day: date) -> bool:
    """Whether they are in the team on that day."""
    return member.joined_on <= day and (member.left_on is None or day < member.left_on)


def may_manage(actor: User, team: Team) -> bool:
    """Whether the actor runs the team: as its leader or deputy, or by office over its area."""
    if actor.role in {Role.ADMINISTRATOR, Role.OFFICER}:
        return scopes.covers(actor, team.area)
    return actor.role is Role.LEADER and any(
        member.user_id == actor.id and member.position in LEADING and member.left_on is None
        for member in team.members
    )


def may_appoint(actor: User, position: Position) -> bool:
    """Leaders take in members; who leads is for the office to say."""
    return position not in LEADING or actor.role in {Role.ADMINISTRATOR, Role.OFFICER}


def may_take_in(actor: User, user: User, team: Team) -> bool:
    """Whether somebody with an account may join: a neighbour, or one who oversees the place."""
    if actor.role is Role.ADMINISTRATOR or scopes.covers(user, team.area):
        return actor.role is Role.ADMINISTRATOR or user.role is not Role.ADMINISTRATOR
    return user.area is not None and scopes.covers(actor, user.area)


def may_tell_hours(actor: User, member: Member) -> bool:
    """People tell their own hours, and whoever runs the team tells everybody's."""
    if member.left_on is not None:
        return False
    return member.user_id == actor.id or may_manage(actor, member.team)


def hours(
    member: Member,
    weekly: WeeklyAvailability | None,
    exception: DayAvailability | None,
) -> Hours | None:
    """When the member can come on a day, or None when they cannot.

    `weekly` is their row for that weekday, `exception` their row for that very day.
    """
    if exception is not None:
        if exception.starts is None or exception.ends is None:
            return None
        return Hours(exception.starts, exception.ends)
    if member.week_told_at is None:
        return Hours(0, MINUTES_A_DAY, told=False)
    return Hours(weekly.starts, weekly.ends) if weekly else None
