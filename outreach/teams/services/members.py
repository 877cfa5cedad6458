"""People in teams: taken in, changed, gone and back; invited and signed out by their leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import orm

from outreach.accounts import queries as account_queries
from outreach.accounts import scopes
from outreach.accounts import services as accounts
from outreach.accounts.models import Role, User
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.teams import queries, rules
from outreach.teams.models import Member, Position, Skill, Team
from outreach.teams.services.teams import refuse_unless_run


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is in a team."""

    position: Position = Position.MEMBER
    organisation: str = ""
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody taken in; `issued` is there when the account was made for it."""

    member: Member
    issued: accounts.Issued | None = None


class NameNeeded(Refusal):
    """Nobody has this number yet, so a name is needed to make an account; nothing was changed."""


class AlreadyIn(Conflict):
    """They are in the team; nothing was changed."""


def take_in(
    session: orm.Session,
    team: Team,
    *,
    phone: str,
    name: str,
    place: Place,
    actor: User,
    now: datetime,
    today: date,
) -> Joined:
    """Take in whoever has this number; a new volunteer gets an account and an invitation.

    Somebody who had left comes back. Raises `NameNeeded`, `AlreadyIn`, `NotAllowed`, `Conflict`.
    """
    refuse_unless_run(team, actor=actor)
    _refuse_appointing(actor, place.position)
    user = account_queries.user_by_phone(session, phone)
    if user is None:
        return _newcomer(session, team, phone, name, place, actor=actor, now=now, today=today)
    before = queries.place_of(session, team, user)
    if before is not None and before.left_on is None:
        raise AlreadyIn(_("%(name)s is already in this team.", name=user.name))
    _refuse_stranger(user, team, actor=actor)
    if before is not None:
        bring_back(session, before, actor=actor, now=now)
        edit_member(session, before, place, actor=actor, now=now)
        return Joined(before)
    return Joined(_join(session, team, user, place, actor=actor, now=now, today=today))


def _newcomer(
    session: orm.Session,
    team: Team,
    phone: str,
    name: str,
    place: Place,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> Joined:
    if not name:
        raise NameNeeded(_("Nobody has this number yet. Please type the name of the new person."))
    role = Role.LEADER if place.position in rules.LEADING else Role.VOLUNTEER
    person = accounts.Person(name=name, phone=phone, role=role, area_id=team.area_id)
    user = accounts.add(session, person, actor=actor, now=now)
    member = _join(session, team, user, place, actor=actor, now=now, today=today)
    issued = accounts.invite(session, user, actor=actor, now=now, in_own_team=True)
    return Joined(member, issued)


def _join(
    session: orm.Session,
    team: Team,
    user: User,
    place: Place,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> Member:
    _fit_for(session, user, team, place.position, actor=actor, now=now)
    member = Member(
        team=team,
        user=user,
        position=place.position,
        organisation=place.organisation,
        skills=[skill.value for skill in place.skills],
        joined_on=today,
    )
    session.add(member)
    audit.record(
        session, actor=actor, action="member.joined", subject=member, now=now, user=user.id
    )
    return member


def edit_member(
    session: orm.Session, member: Member, place: Place, *, actor: User, now: datetime
) -> None:
    """Change what somebody is in the team. Only the office says who leads."""
    refuse_unless_run(member.team, actor=actor)
    if place.position is not member.position:
        _refuse_appointing(actor, place.position)
        _refuse_appointing(actor, member.position)
        _fit_for(session, member.user, member.team, place.position, actor=actor, now=now)
    member.position, member.organisation = place.position, place.organisation
    member.skills = [skill.value for skill in place.skills]
    audit.record(
        session,
        actor=actor,
        action="member.edited",
        subject=member,
        now=now,
        position=place.position,
    )


def leave(session: orm.Session, member: Member, *, actor: User, now: datetime, today: date) -> None:
    """From today they are not in the team; what they did stays."""
    refuse_unless_run(member.team, actor=actor)
    _refuse_appointing(actor, member.position)
    if member.left_on is None:
        member.left_on = max(today, member.joined_on)
        audit.record(session, actor=actor, action="member.left", subject=member, now=now)


def bring_back(session: orm.Session, member: Member, *, actor: User, now: datetime) -> None:
    """They are in the team again."""
    refuse_unless_run(member.team, actor=actor)
    _refuse_appointing(actor, member.position)
    if member.left_on is not None:
        member.left_on = None
        audit.record(session, actor=actor, action="member.returned", subject=member, now=now)


def invite_member(
    session: orm.Session, member: Member, *, actor: User, now: datetime
) -> accounts.Issued:
    """A new invitation for somebody of one's own team."""
    _refuse_unless_in(member, actor=actor)
    return accounts.invite(session, member.user, actor=actor, now=now, in_own_team=True)


def sign_out_member(session: orm.Session, member: Member, *, actor: User, now: datetime) -> int:
    """End every session of somebody of one's own team: a lost phone. How many there were."""
    _refuse_unless_in(member, actor=actor)
    return accounts.revoke_all(session, member.user, actor=actor, now=now, in_own_team=True)


def _refuse_unless_in(member: Member, *, actor: User) -> None:
    refuse_unless_run(member.team, actor=actor)
    if member.left_on is not None:
        raise Conflict(_("This person has left the team."))


def _refuse_appointing(actor: User, position: Position) -> None:
    if not rules.may_appoint(actor, position):
        raise NotAllowed(_("Only the office appoints heads and deputies, or changes their place."))


def _refuse_stranger(user: User, team: Team, *, actor: User) -> None:
    if user.deactivated_at is not None:
        raise Conflict(_("This account is switched off. Switch it on first."))
    if not rules.may_take_in(actor, user, team):
        raise NotAllowed(
            _("This number belongs to an account of another area. Please ask the administrator.")
        )


def _fit_for(
    session: orm.Session,
    user: User,
    team: Team,
    position: Position,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Whoever leads needs the role, in an area that holds the team's."""
    if position not in rules.LEADING:
        return
    if not scopes.covers(user, team.area):
        raise Conflict(
            _("Whoever leads this team needs an account for %(area)s.", area=team.area.full_name)
        )
    accounts.promote(session, user, actor=actor, now=now)
