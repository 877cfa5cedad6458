"""Letting somebody set their first or a new password: a link, and a PIN told apart from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import credentials, queries, rules
from outreach.accounts.models import Invitation, User
from outreach.accounts.services import devices, signing_in
from outreach.accounts.services.signing_in import Entered
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, NotFound
from outreach.core.i18n import gettext as _

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation with its secrets, which can be shown now and never again."""

    invitation: Invitation
    token: str
    pin: str


def invite(
    session: orm.Session,
    user: User,
    *,
    actor: User | None,
    now: datetime,
    in_own_team: bool = False,
) -> Issued:
    """Make a link and a PIN; earlier ones die. `actor=None` is the machine's operator.

    Until it is accepted, an old password goes on working: an invitation made by mistake locks
    nobody out. `in_own_team` is for `teams.services`, which has looked.
    """
    if actor and not rules.may_administer(actor, user, in_own_team=in_own_team):
        raise NotAllowed(_("You may not invite this person."))
    if user.deactivated_at is not None:
        raise Conflict(_("This account is switched off. Switch it on first."))
    _kill_others(session, user, now=now)
    token, pin = credentials.new_token(), credentials.new_pin()
    invitation = Invitation(
        user=user,
        token_hash=credentials.hash_token(token),
        pin_hash=credentials.hashed(pin),
        created_by_id=None if actor is None else actor.id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(invitation)
    audit.record(
        session, actor=actor, action="invitation.made", subject=invitation, now=now, user=user.id
    )
    return Issued(invitation, token, pin)


def _kill_others(session: orm.Session, user: User, *, now: datetime) -> None:
    open_ones = sa.and_(
        Invitation.user_id == user.id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    session.execute(sa.update(Invitation).where(open_ones).values(expires_at=now))


def accept(
    session: orm.Session, token: str, *, pin: str, password: str, label: str, now: datetime
) -> Entered | None:
    """Set the password and sign in, or None for a wrong PIN, which is counted.

    Raises `NotFound` when the invitation is used up, too old or has had too many wrong PINs,
    and `WeakPassword` for one that would be guessed (the invitation stays as it was).
    """
    invitation = queries.open_invitation(session, token, now=now, lock=True)
    if invitation is None:
        raise NotFound(
            _("This invitation no longer works. Please ask whoever invited you for a new one.")
        )
    user = invitation.user
    if not credentials.matches(invitation.pin_hash, pin):
        invitation.failures += 1
        audit.record(
            session, actor=None, action="invitation.wrong_pin", subject=invitation, now=now
        )
        return None
    signing_in.set_password(session, user, password, actor=user, now=now)
    invitation.used_at = now
    _kill_others(session, user, now=now)
    device, opened = devices.open_device(session, user, label=label, now=now)
    audit.record(session, actor=user, action="invitation.accepted", subject=invitation, now=now)
    return Entered(user, device, opened)
