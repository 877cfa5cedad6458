"""Signed-in browsers: made at sign-in, ended by a person or by what happens to the account."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import credentials, rules
from outreach.accounts.models import Device, User
from outreach.core import audit
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _

LIFETIME = timedelta(days=90)
#: How exact "last seen" is; a write for every form sent would be waste.
SEEN_EVERY = timedelta(minutes=5)
#: How exact the number of reports a phone still holds is; the first and the last are told at once.
HELD_EVERY = timedelta(seconds=30)


def open_device(
    session: orm.Session, user: User, *, label: str, now: datetime
) -> tuple[Device, str]:
    """A signed-in browser and the token for its cookie, which is stored nowhere."""
    token = credentials.new_token()
    device = Device(
        user_id=user.id,
        token_hash=credentials.hash_token(token),
        label=label[:120],
        created_at=now,
        last_seen_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(device)
    audit.record(session, actor=user, action="device.opened", subject=device, now=now)
    return device, token


def revoke(session: orm.Session, device: Device, *, actor: User, now: datetime) -> None:
    """End one browser's session: one's own, or one of somebody the actor administers."""
    if device.user_id != actor.id and not rules.may_administer(actor, device.user):
        raise NotAllowed(_("This device belongs to somebody you may not sign out."))
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by_id = now, actor.id
        audit.record(session, actor=actor, action="device.revoked", subject=device, now=now)


def revoke_all(
    session: orm.Session,
    user: User,
    *,
    actor: User | None,
    now: datetime,
    keep: Device | None = None,
    in_own_team: bool = False,
) -> int:
    """End every session of this person but `keep`; how many there were. `actor=None`: the operator.

    `in_own_team` is for `teams.services`, which has looked.
    """
    if actor not in {None, user}:
        assert actor is not None
        if not rules.may_administer(actor, user, in_own_team=in_own_team):
            raise NotAllowed(_("This device belongs to somebody you may not sign out."))
    live = sa.and_(Device.user_id == user.id, Device.revoked_at.is_(None), Device.expires_at > now)
    others = live if keep is None else sa.and_(live, Device.id != keep.id)
    count = session.scalar(sa.select(sa.func.count()).select_from(Device).where(others)) or 0
    if count:
        session.execute(
            sa.update(Device)
            .where(others)
            .values(revoked_at=now, revoked_by_id=None if actor is None else actor.id)
        )
        audit.record(
            session, actor=actor, action="device.all_revoked", subject=user, now=now, devices=count
        )
    return count


def is_contact_news(device: Device, *, now: datetime, held: int | None = None) -> bool:
    """Whether hearing from this device now, holding so many reports, is worth a write."""
    since = now - device.last_seen_at
    if since >= SEEN_EVERY:
        return True
    if held is None or held == device.held:
        return False
    return device.held is None or not (held and device.held) or since >= HELD_EVERY


def touch(session: orm.Session, device: Device, *, now: datetime, held: int | None = None) -> None:
    """Remember when the device was used, to the nearest few minutes, and what it says it holds.

    Not a fact anybody would look up in the audit trail, so it goes past the check that asks for
    an entry; call it only in requests that may write.
    """
    if not is_contact_news(device, now=now, held=held):
        return
    told: dict[str, object] = {"last_seen_at": now}
    if held is not None:
        told |= {"held": held, "held_since": (device.held_since or now) if held else None}
    session.connection().execute(sa.update(Device).where(Device.id == device.id).values(told))
