"""People of a home, and the phones they are reached on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit, text
from outreach.core.phones import Phone
from outreach.households import queries
from outreach.households.models import (
    ContactPoint,
    Household,
    Language,
    PhoneKind,
    Resident,
    ResidentPhone,
    Salutation,
    Sex,
)
from outreach.households.services.homes import rename_head


@dataclass(frozen=True, slots=True)
class Person:
    """What a form says about a person."""

    name: str
    salutation: Salutation | None = None
    sex: Sex | None = None
    birth_year: int | None = None
    relation: str = ""
    is_head: bool = False
    phones: tuple[Phone, ...] = ()
    #: Whose phone it is when not their own; for numbers that are new to this person.
    phone_owner: str = ""
    language: Language = Language.VI


def add_person(
    session: orm.Session, household_id: UUID, person: Person, *, actor: User, now: datetime
) -> Resident:
    """A person in a home of the actor's scope; the first one is its head."""
    household = queries.household_in_scope(session, household_id, actor=actor)
    return join(session, household, person, actor=actor, now=now)


def join(
    session: orm.Session,
    household: Household,
    person: Person,
    *,
    actor: User,
    now: datetime,
    id_: UUID | None = None,
) -> Resident:
    """A person in a home that the caller may change; `id_` where the phone's form gives it."""
    last = session.scalar(
        sa.select(sa.func.max(Resident.position)).where(Resident.household_id == household.id)
    )
    resident = Resident(
        id=id_ or uuid4(),
        household_id=household.id,
        created_at=now,
        position=0 if last is None else last + 1,
    )
    session.add(resident)
    _write(session, household, resident, person, now)
    audit.record(
        session,
        actor=actor,
        action="resident.added",
        subject=resident,
        now=now,
        household=household.id,
    )
    return resident


def _write(
    session: orm.Session, household: Household, resident: Resident, person: Person, now: datetime
) -> None:
    resident.name = person.name
    resident.search_key = text.fold(person.name)[: text.LONGEST_KEY]
    resident.sort_key = text.sort_key(person.name)
    resident.salutation, resident.sex = person.salutation, person.sex
    resident.birth_year = person.birth_year
    resident.relation, resident.language = person.relation, person.language
    session.flush()
    if person.is_head:
        put_first(session, resident)
    set_phones(session, resident, person.phones, person.phone_owner, now)
    rename_head(session, household)


def put_first(session: orm.Session, resident: Resident) -> None:
    """Make them the head of their home."""
    session.execute(
        sa.update(Resident)
        .where(Resident.household_id == resident.household_id, Resident.id != resident.id)
        .values(position=Resident.position + 1)
        .execution_options(synchronize_session="fetch")
    )
    resident.position = 0
    resident.relation = ""


def set_phones(
    session: orm.Session, resident: Resident, numbers: Sequence[Phone], owner: str, now: datetime
) -> None:
    """Exactly these numbers reach them; `owner` is whose phone the new ones are."""
    wanted = {phone.e164 for phone in numbers}
    links = session.scalars(
        sa.select(ResidentPhone)
        .where(ResidentPhone.resident_id == resident.id)
        .options(orm.joinedload(ResidentPhone.contact_point))
    ).all()
    for link in links:
        if link.contact_point.number not in wanted:
            session.delete(link)
    kept = {link.contact_point.number for link in links}
    points = contact_points(session, [p for p in numbers if p.e164 not in kept], now=now)
    for point in points:
        session.add(ResidentPhone(resident_id=resident.id, contact_point_id=point.id, owner=owner))
    session.flush()
    session.expire(resident, ["phones"])


def contact_points(
    session: orm.Session, numbers: Sequence[Phone], *, now: datetime
) -> list[ContactPoint]:
    """One row per number, made where there is none: a number is shared by whoever shares it."""
    known = {
        point.number: point
        for point in session.scalars(
            sa.select(ContactPoint).where(ContactPoint.number.in_([n.e164 for n in numbers]))
        )
    }
    for number in numbers:
        if number.e164 not in known:
            point = ContactPoint(
                number=number.e164, kind=PhoneKind(number.kind.value), created_at=now
            )
            session.add(point)
            known[number.e164] = point
    session.flush()
    return [known[number.e164] for number in numbers]


def leave(session: orm.Session, resident_id: UUID, *, actor: User, now: datetime) -> Resident:
    """Moved away, died, or a duplicate: no longer in the home, kept in its history."""
    resident = queries.resident_in_scope(session, resident_id, actor=actor)
    if resident.left_at is None:
        resident.left_at = now
        rename_head(session, resident.household)
        audit.record(session, actor=actor, action="resident.left", subject=resident, now=now)
    return resident


def bring_back(session: orm.Session, resident_id: UUID, *, actor: User, now: datetime) -> Resident:
    """Undo `leave`."""
    resident = queries.resident_in_scope(session, resident_id, actor=actor)
    if resident.left_at is not None:
        resident.left_at = None
        rename_head(session, resident.household)
        audit.record(session, actor=actor, action="resident.returned", subject=resident, now=now)
    return resident
