"""Accounts as the office keeps them: made, changed, switched off and on again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import queries, rules
from outreach.accounts.models import Role, User
from outreach.accounts.services import devices
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.text import fold, sort_key
from outreach.places.models import Area


class PhoneTaken(Conflict):
    """Somebody else signs in with this number; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("This phone number already has an account."))


class Locked(Conflict):
    """It would shut somebody out for good; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Person:
    """What an account says of somebody."""

    name: str
    #: E.164.
    phone: str
    role: Role
    #: None for an administrator only.
    area_id: UUID | None = None
    language: str = "vi"


def add(session: orm.Session, person: Person, *, actor: User | None, now: datetime) -> User:
    """A new account without a password: invite them next. `actor=None` is the operator.

    Raises `NotAllowed` for more than the actor has, `PhoneTaken`.
    """
    area = _grantable_area(session, person, actor=actor)
    _refuse_taken(session, person.phone, None)
    user = User(phone=person.phone, created_at=now)
    _write(user, person, area)
    _store(session, user)
    audit.record(session, actor=actor, action="user.added", subject=user, now=now, role=user.role)
    return user


def edit(session: orm.Session, user: User, person: Person, *, actor: User, now: datetime) -> None:
    """Change an account. Raises as `add`, and `Locked` for one's own role or the last one."""
    refuse_unless_administered(user, actor=actor)
    area = _grantable_area(session, person, actor=actor)
    if user.id == actor.id and (person.role, person.area_id) != (user.role, user.area_id):
        raise Locked(_("You cannot change your own role or area; somebody else must."))
    if user.role is Role.ADMINISTRATOR and person.role is not Role.ADMINISTRATOR:
        _refuse_last_administrator(session, user)
    _refuse_taken(session, person.phone, user)
    before = user.role
    _write(user, person, area)
    _store(session, user)
    audit.record(
        session,
        actor=actor,
        action="user.edited",
        subject=user,
        now=now,
        role_before=before,
        role=user.role,
    )


def deactivate(session: orm.Session, user: User, *, actor: User, now: datetime) -> None:
    """Switch an account off: their sessions end now, their history stays."""
    refuse_unless_administered(user, actor=actor)
    if user.id == actor.id:
        raise Locked(_("You cannot switch off your own account."))
    if user.role is Role.ADMINISTRATOR:
        _refuse_last_administrator(session, user)
    if user.deactivated_at is not None:
        return
    user.deactivated_at = now
    devices.revoke_all(session, user, actor=actor, now=now)
    audit.record(session, actor=actor, action="user.deactivated", subject=user, now=now)


def reactivate(session: orm.Session, user: User, *, actor: User, now: datetime) -> None:
    """Switch an account on again; they sign in as before."""
    refuse_unless_administered(user, actor=actor)
    if user.deactivated_at is not None:
        user.deactivated_at = None
        audit.record(session, actor=actor, action="user.reactivated", subject=user, now=now)


def promote(session: orm.Session, user: User, *, actor: User, now: datetime) -> None:
    """A volunteer who is to lead a team becomes a leader; others keep their role."""
    if user.role is not Role.VOLUNTEER:
        return
    refuse_unless_administered(user, actor=actor)
    if not rules.may_grant(actor, Role.LEADER, user.area):
        raise NotAllowed(_("You may not give this role or this area."))
    user.role = Role.LEADER
    audit.record(session, actor=actor, action="user.promoted", subject=user, now=now)


def speak(session: orm.Session, language: str, *, actor: User, now: datetime) -> None:
    """Remember the language somebody reads."""
    if actor.language != language:
        actor.language = language
        audit.record(session, actor=actor, action="user.language_set", subject=actor, now=now)


def refuse_unless_administered(user: User, *, actor: User) -> None:
    """Raise `NotAllowed` unless the actor may change this account."""
    if not rules.may_administer(actor, user):
        raise NotAllowed(_("This account is not yours to change."))


def _grantable_area(session: orm.Session, person: Person, *, actor: User | None) -> Area | None:
    area = session.get(Area, person.area_id) if person.area_id else None
    if person.role is not Role.ADMINISTRATOR and area is None:
        raise Refusal(_("Please choose the area where this role holds."))
    if actor and not rules.may_grant(actor, person.role, area):
        raise NotAllowed(_("You may not give this role or this area."))
    return None if person.role is Role.ADMINISTRATOR else area


def _write(user: User, person: Person, area: Area | None) -> None:
    user.name = person.name
    user.search_key, user.sort_key = fold(person.name), sort_key(person.name)[:400]
    user.phone, user.role, user.area = person.phone, person.role, area
    user.language = person.language


def _refuse_taken(session: orm.Session, phone: str, user: User | None) -> None:
    other = queries.user_by_phone(session, phone)
    if other is not None and other is not user:
        raise PhoneTaken


def _store(session: orm.Session, user: User) -> None:
    session.add(user)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:  # somebody was quicker by milliseconds
        raise Conflict(_("This phone number already has an account.")) from error


def _refuse_last_administrator(session: orm.Session, user: User) -> None:
    # locked, so that two administrators cannot switch each other off at the same moment
    others = session.scalars(
        sa.select(User.id)
        .where(
            User.role == Role.ADMINISTRATOR,
            User.deactivated_at.is_(None),
            User.password_hash.is_not(None),
        )
        .order_by(User.id)
        .with_for_update()
    )
    if set(others) <= {user.id}:
        raise Locked(_("The last administrator must stay. Add another one first."))
