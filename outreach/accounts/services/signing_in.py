"""Signing in with a phone number and a password, slowly for those who guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import credentials, queries, rules
from outreach.accounts.models import Device, SignInAttempt, User
from outreach.accounts.services import attempts, devices
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _


class WeakPassword(Refusal):
    """The password would be guessed; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a try comes from, and the site's key that keeps what was tried unreadable."""

    address: str
    key: str

    def subjects(self, phone: str) -> tuple[str, str]:
        """The account from this address, and the account from anywhere."""
        return (
            credentials.keyed(self.key, f"{phone} from {self.address}"),
            credentials.keyed(self.key, phone),
        )


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody signed in; the token goes into the cookie and is stored nowhere."""

    user: User
    device: Device
    token: str


def sign_in(
    session: orm.Session, *, phone: str, password: str, caller: Caller, label: str, now: datetime
) -> Entered | None:
    """Open a session, or None: wrong number, wrong password, not accepted yet, switched off.

    None takes as long and says as little for each of them, and is remembered. Raises `TooOften`.
    """
    user = queries.user_by_phone(session, phone, lock=True)
    usable = user if user is not None and user.deactivated_at is None else None
    stored = usable.password_hash if usable else None
    if not _passes(session, stored, password, phone=phone, caller=caller, now=now):
        return None
    assert usable is not None
    assert stored is not None
    if credentials.is_outdated(stored):
        usable.password_hash = credentials.hashed(password)
    device, token = devices.open_device(session, usable, label=label, now=now)
    return Entered(usable, device, token)


def _passes(
    session: orm.Session,
    stored: str | None,
    password: str,
    *,
    phone: str,
    caller: Caller,
    now: datetime,
) -> bool:
    """Check a password; remember a failure, forget them after a success."""
    pair, account = caller.subjects(phone)
    attempts.refuse_if_too_often(session, pair, rules.FROM_ONE_ADDRESS, _too_often, now=now)
    attempts.refuse_if_too_often(session, account, rules.FROM_ANYWHERE, _too_often, now=now)
    if credentials.matches(stored, password):
        session.execute(sa.delete(SignInAttempt).where(SignInAttempt.subject.in_([pair, account])))
        return True
    attempts.remember(session, pair, account, now=now)
    return False


def _too_often(minutes: int) -> str:
    return _(
        "Too many wrong tries. Please wait %(minutes)s min and try again, "
        "or ask your team leader for a new invitation.",
        minutes=minutes,
    )


def sign_out(session: orm.Session, device: Device, *, actor: User, now: datetime) -> None:
    """End this browser's session."""
    device.revoked_at, device.revoked_by_id = now, actor.id
    audit.record(session, actor=actor, action="device.closed", subject=device, now=now)


def change_password(
    session: orm.Session,
    device: Device,
    *,
    current: str,
    new: str,
    caller: Caller,
    actor: User,
    now: datetime,
) -> bool:
    """Change one's own password and end one's other sessions; False when `current` is wrong.

    Raises `TooOften`, and `WeakPassword` for one that would be guessed.
    """
    if not _passes(
        session, actor.password_hash, current, phone=actor.phone, caller=caller, now=now
    ):
        return False
    set_password(session, actor, new, actor=actor, now=now, keep=device)
    return True


def set_password(
    session: orm.Session,
    user: User,
    password: str,
    *,
    actor: User | None,
    now: datetime,
    keep: Device | None = None,
) -> None:
    """Store a password and end every session but `keep`. Raises `WeakPassword`."""
    why = rules.weakness(password, phone=user.phone)
    if why is not None:
        raise WeakPassword(weakness_text(why))
    user.password_hash = credentials.hashed(password)
    devices.revoke_all(session, user, actor=user, now=now, keep=keep)
    audit.record(session, actor=actor, action="user.password_set", subject=user, now=now)


def weakness_text(why: rules.Weakness) -> str:
    """What is wrong with a password and how to put it right."""
    return {
        rules.Weakness.SHORT: _("A password needs at least %(n)s characters.", n=rules.SHORTEST),
        rules.Weakness.COMMON: _(
            "Too many people use this password. Please choose another, for example three words."
        ),
        rules.Weakness.PHONE: _("The password must not contain your phone number."),
    }[why]
