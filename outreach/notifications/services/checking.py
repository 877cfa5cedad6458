"""The page on which a resident checks a visitor: who may look, how often, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import orm

from outreach.accounts import credentials
from outreach.accounts import services as accounts
from outreach.accounts.rules import Patience
from outreach.appointments.models import Appointment
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.notifications.queries import public

#: From one address: a family that types badly, or somebody who tries codes.
FROM_ONE_ADDRESS = Patience(10, timedelta(minutes=1), timedelta(minutes=30))
#: One code from anywhere: its three digits cannot be tried out.
OF_ONE_CODE = Patience(6, timedelta(minutes=2), timedelta(minutes=30))
#: Everybody together: a crowd of addresses that tries codes.
OF_EVERYBODY = Patience(2000, timedelta(seconds=1), timedelta(seconds=30))
#: How long a page stays open before code and digits are asked for again.
OPEN_FOR = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a try comes from, and the site's key that keeps it unreadable."""

    address: str
    key: str

    def subjects(self, code: str) -> tuple[tuple[str, Patience], ...]:
        return (
            (credentials.keyed(self.key, f"check from {self.address}"), FROM_ONE_ADDRESS),
            (credentials.keyed(self.key, f"check {code}"), OF_ONE_CODE),
            (credentials.keyed(self.key, "check"), OF_EVERYBODY),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """The visit somebody may look at, and the pass that lets them act on it for a while."""

    appointment: Appointment
    phone: str
    ticket: str


def look(
    session: orm.Session, code: str, digits: str, asker: Asker, *, now: datetime
) -> Seen | None:
    """The visit with this code and these last digits; None says nothing about which is wrong.

    Raises `TooOften`. A failure is remembered, under digests only.
    """
    subjects = asker.subjects(code)
    for subject, patience in subjects:
        accounts.refuse_if_too_often(session, subject, patience, _too_often, now=now)
    found = public.visits_with(session, code, digits, now=now)
    if len(found) != 1:
        accounts.remember(session, *(subject for subject, _patience in subjects), now=now)
        return None
    phone = public.phone_of(session, found[0].household_id, digits)
    return Seen(found[0], phone, _signer(asker.key).dumps([found[0].id.hex, phone]))


def again(session: orm.Session, ticket: str, asker: Asker, *, now: datetime) -> Seen:
    """The same visit for somebody who was let in a moment ago. Raises `NotFound`."""
    try:
        seconds = int(OPEN_FOR.total_seconds())
        hexed, phone = _signer(asker.key).loads(ticket, max_age=seconds)
        found = public.living(session, UUID(hexed), now=now)
    except (BadSignature, ValueError):
        found, phone = None, ""
    if found is None:
        raise NotFound(_("Please type the code again."))
    return Seen(found, phone, ticket)


def _signer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="visit check")


def _too_often(minutes: int) -> str:
    return _(
        "Too many wrong tries. Please wait %(minutes)s min, or call the ward.", minutes=minutes
    )
