"""Reads of accounts: who signs in, the office's register, devices, and the audit trail."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import rules, scopes
from outreach.accounts.credentials import hash_token
from outreach.accounts.models import Device, Invitation, Role, SignInAttempt, User
from outreach.core.audit import AuditEntry
from outreach.core.db import as_loaded, columns_of
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.prepared import Prepared
from outreach.core.text import fold
from outreach.places.models import Area

# --- signing in ----------------------------------------------------------------------------


#: Asked with every request, so it is put together once and read without the ORM's machinery.
_LIVE_DEVICE = Prepared(
    sa.select(*columns_of(Device), *columns_of(User))
    .join_from(Device.__table__, User.__table__, Device.user_id == User.id)
    .where(
        Device.token_hash == sa.bindparam("token_hash", type_=Device.token_hash.type),
        Device.revoked_at.is_(None),
        Device.expires_at > sa.bindparam("now", type_=Device.expires_at.type),
        User.deactivated_at.is_(None),
    )
)
_DEVICE_COLUMNS = len(columns_of(Device))


def live_device(session: orm.Session, token_hash: str, *, now: datetime) -> Device | None:
    """The device with this token, its user loaded, if it may still act."""
    rows = _LIVE_DEVICE.peek(session, token_hash=token_hash, now=now)
    if not rows:
        return None
    row = rows[0]
    user = as_loaded(session, User, row[_DEVICE_COLUMNS:])
    device = as_loaded(session, Device, row[:_DEVICE_COLUMNS])
    orm.attributes.set_committed_value(device, "user", user)
    return device


def is_revoked(session: orm.Session, token_hash: str) -> bool:
    """Whether a person ended the device of this token, or its account; expiry is nobody's act."""
    ended = sa.or_(Device.revoked_at.is_not(None), User.deactivated_at.is_not(None))
    chosen = sa.select(Device.id).join(Device.user).where(Device.token_hash == token_hash, ended)
    return session.scalar(chosen) is not None


def user_by_phone(session: orm.Session, phone: str, *, lock: bool = False) -> User | None:
    """The account with this E.164 number; `lock` makes tries at one account wait their turn."""
    chosen = sa.select(User).where(User.phone == phone)
    return session.scalar(chosen.with_for_update() if lock else chosen)


def failures(session: orm.Session, subject: str, *, now: datetime) -> Sequence[datetime]:
    """When tries at this subject failed, within the time that counts."""
    return session.scalars(
        sa.select(SignInAttempt.at).where(
            SignInAttempt.subject == subject, SignInAttempt.at > now - rules.WINDOW
        )
    ).all()


def _is_open(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
        Invitation.failures < rules.MOST_WRONG_PINS,
    )


def open_invitation(
    session: orm.Session, token: str, *, now: datetime, lock: bool = False
) -> Invitation | None:
    """The invitation of this link, its user loaded, if it can still be accepted."""
    chosen = (
        sa.select(Invitation)
        .join(Invitation.user)
        .where(
            Invitation.token_hash == hash_token(token),
            User.deactivated_at.is_(None),
            _is_open(now),
        )
        .options(orm.contains_eager(Invitation.user))
    )
    return session.scalar(chosen.with_for_update() if lock else chosen)


def devices_of(session: orm.Session, user: User, *, now: datetime) -> list[Device]:
    """Browsers in which this person is signed in, last used first."""
    found = session.scalars(
        sa.select(Device)
        .where(Device.user_id == user.id, Device.revoked_at.is_(None), Device.expires_at > now)
        .order_by(Device.last_seen_at.desc(), Device.id)
    )
    return list(found)


def device_in_scope(session: orm.Session, device_id: UUID) -> Device:
    """The device with its user, or `NotFound`; whether it may be revoked the service decides."""
    device = session.scalar(
        sa.select(Device).where(Device.id == device_id).options(orm.joinedload(Device.user))
    )
    if device is None:
        raise NotFound(_("There is no such device."))
    return device


# --- the register --------------------------------------------------------------------------
PAGE = 50


class Standing(enum.StrEnum):
    """How far an account has come."""

    ACTIVE = "active"
    INVITED = "invited"
    WAITING = "waiting"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is searched for."""

    text: str = ""
    role: Role | None = None
    standing: Standing | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the register: people with how far they have come, and how many in all."""

    people: list[tuple[User, Standing]]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def _standing(now: datetime) -> sa.ColumnElement[str]:
    invited = sa.exists().where(Invitation.user_id == User.id, _is_open(now))
    return sa.case(
        (User.deactivated_at.is_not(None), Standing.OFF.value),
        (User.password_hash.is_not(None), Standing.ACTIVE.value),
        (invited, Standing.INVITED.value),
        else_=Standing.WAITING.value,
    )


def _visible(actor: User) -> sa.ColumnElement[bool]:
    if actor.role is Role.ADMINISTRATOR:
        return sa.true()
    return User.area_id.in_(scopes.areas(actor))


def _matches(wanted: Wanted, standing: sa.ColumnElement[str]) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        digits = "".join(c for c in wanted.text if c.isdecimal()).lstrip("0")
        named = User.search_key.contains(fold(wanted.text), autoescape=True)
        found.append(sa.or_(named, User.phone.contains(digits)) if len(digits) > 2 else named)
    if wanted.role:
        found.append(User.role == wanted.role)
    if wanted.standing:
        found.append(standing == wanted.standing.value)
    if wanted.area:
        inside = sa.select(Area.id).where(scopes.below(wanted.area))
        found.append(User.area_id.in_(inside))
    return found


def register(
    session: orm.Session, wanted: Wanted, *, actor: User, now: datetime, page: int = 1
) -> Listed:
    """People the actor may know of, by given name. Two queries."""
    standing = _standing(now)
    chosen = [_visible(actor), *_matches(wanted, standing)]
    total = session.scalar(sa.select(sa.func.count()).select_from(User).where(*chosen)) or 0
    rows = session.execute(
        sa.select(User, standing)
        .where(*chosen)
        .options(orm.joinedload(User.area))
        .order_by(User.sort_key, User.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Listed([(user, Standing(how)) for user, how in rows], total)


def user_in_scope(session: orm.Session, user_id: UUID, *, actor: User) -> User:
    """The account with its area if the actor may know of it, else `NotFound`."""
    user = session.scalar(
        sa.select(User)
        .where(User.id == user_id, sa.or_(_visible(actor), User.id == actor.id))
        .options(orm.joinedload(User.area))
    )
    if user is None:
        raise NotFound(_("There is no such account, or it is not yours."))
    return user


def standing_of(session: orm.Session, user: User, *, now: datetime) -> Standing:
    """How far one account has come."""
    found = session.scalar(sa.select(_standing(now)).where(User.id == user.id))
    return Standing(found or Standing.OFF)


# --- the audit trail -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sought:
    """What the trail is searched for. `until` is exclusive."""

    #: Part of the name of whoever acted.
    who: str = ""
    subject_id: UUID | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One entry with the names it needs: empty where the program acted or the row is no person."""

    entry: AuditEntry
    actor_name: str
    subject_name: str


def trail(
    session: orm.Session, sought: Sought, *, actor: User, page: int = 1
) -> tuple[list[Act], bool]:
    """One page of entries, newest first, and whether there are older ones. One query.

    An officer sees what people of their area did; an administrator also what the program did.
    """
    who, whom = orm.aliased(User), orm.aliased(User)
    chosen = sa.select(AuditEntry, who.name, whom.name).outerjoin(
        who, who.id == AuditEntry.actor_id
    )
    chosen = chosen.outerjoin(
        whom, sa.and_(whom.id == AuditEntry.subject_id, AuditEntry.subject_kind == "user")
    )
    if actor.role is not Role.ADMINISTRATOR:
        chosen = chosen.where(who.area_id.in_(scopes.areas(actor)))
    rows = session.execute(
        chosen.where(*_asked(sought))
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    acts = [Act(entry, name or "", about or "") for entry, name, about in rows]
    return acts[:PAGE], len(acts) > PAGE


def _asked(sought: Sought) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if sought.who:
        named = User.search_key.contains(fold(sought.who), autoescape=True)
        found.append(AuditEntry.actor_id.in_(sa.select(User.id).where(named)))
    if sought.subject_id:
        found.append(AuditEntry.subject_id == sought.subject_id)
    if sought.kind:
        found.append(AuditEntry.subject_kind == sought.kind)
    if sought.since:
        found.append(AuditEntry.at >= sought.since)
    if sought.until:
        found.append(AuditEntry.at < sought.until)
    return found
