"""Remembers that a number was seen with a resident: its digests, never the number."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.households.models import Resident
from outreach.identity import rules
from outreach.identity.models import OutsideBenefit, PersonKey
from outreach.identity.rules import Keys


def remember(
    session: orm.Session, resident: Resident, number: str, keys: Keys, *, actor: User, now: datetime
) -> PersonKey:
    """Keep the digests of a number that was seen on the resident's card.

    Callers have checked that the resident is the actor's and that `number` is one. Raises
    `NotAllowed` where the site keeps none.
    """
    if not keys.on:
        raise NotAllowed(_("Identity numbers are not used here."))
    row = session.scalar(sa.select(PersonKey).where(PersonKey.resident_id == resident.id))
    if row is None:
        row = PersonKey(resident_id=resident.id)
        session.add(row)
    row.digest, row.pepper = rules.of_number(keys.pepper, number), rules.label(keys.pepper)
    row.shared_digest = rules.of_number(keys.shared, number) if keys.shared else ""
    row.shared_key, row.recorded_at = rules.label(keys.shared), now
    _renew(session, number, keys)
    if row.shared_digest:
        told = OutsideBenefit.digest == row.shared_digest
        session.execute(sa.update(OutsideBenefit).where(told).values(resident_id=resident.id))
    audit.record(session, actor=actor, action="person_key.recorded", subject=row, now=now)
    return row


def _renew(session: orm.Session, number: str, keys: Keys) -> None:
    """Others with this number under the pepper before come under the present one."""
    if keys.before:
        old = PersonKey.digest == rules.of_number(keys.before, number)
        new = {"digest": rules.of_number(keys.pepper, number), "pepper": rules.label(keys.pepper)}
        session.execute(sa.update(PersonKey).where(old).values(new))
