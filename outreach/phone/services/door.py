"""What is put right at the door: fields of a home and its people, and people on no list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households import services as households
from outreach.households.merging import Change
from outreach.households.services import Origin, Person
from outreach.phone import queries
from outreach.phone.models import Kind
from outreach.phone.services.kept import Sent, once
from outreach.visits.services import Receipt


def fix_home(
    session: orm.Session,
    household_id: UUID,
    changes: Sequence[Change],
    sent: Sent,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> Receipt:
    """Merge changes of a home by field. Raises `NotAllowed` for a home they never were given."""
    home = queries.home_at_door(session, household_id, actor=actor, today=today)
    receipt = once(session, sent, Kind.HOME, actor=actor, now=now)
    if not receipt.again:
        origin = Origin(form_id=sent.id, made_at=sent.made_at, actor=actor, now=now)
        households.merge(session, home, None, changes, origin)
    return receipt


def fix_person(
    session: orm.Session,
    resident_id: UUID,
    changes: Sequence[Change],
    sent: Sent,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> Receipt:
    """Merge changes of a person by field."""
    resident = queries.person_at_door(session, resident_id, actor=actor, today=today)
    receipt = once(session, sent, Kind.PERSON, actor=actor, now=now)
    if not receipt.again:
        origin = Origin(form_id=sent.id, made_at=sent.made_at, actor=actor, now=now)
        households.merge(session, resident.household, resident, changes, origin)
    return receipt


def add_person(
    session: orm.Session,
    household_id: UUID,
    person: Person,
    sent: Sent,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> Receipt:
    """Somebody who lives there and was on no list."""
    home = queries.home_at_door(session, household_id, actor=actor, today=today)
    receipt = once(session, sent, Kind.NEW_PERSON, actor=actor, now=now)
    if not receipt.again:
        households.join(session, home, person, id_=uuid5(sent.id, "person"), actor=actor, now=now)
    return receipt
