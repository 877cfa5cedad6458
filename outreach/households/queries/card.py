"""Everything one home's page shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.audit import AuditEntry
from outreach.households import rules
from outreach.households.models import (
    Consent,
    ContactPoint,
    FieldEdit,
    Household,
    Import,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.households.queries.consents import consents_of
from outreach.households.queries.edits import edits_of
from outreach.households.queries.register import household_in_scope
from outreach.places import queries as places
from outreach.places.models import Area

_HISTORY = 30


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """One number of the home: who is reached on it, and what its owner agreed to."""

    phone: ContactPoint
    #: (resident of this home, whose phone it is when not their own).
    users: list[tuple[Resident, str]]
    #: How many people of other homes share it.
    others: int
    standing: dict[Purpose, Consent]


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the home's history."""

    at: datetime
    action: str
    who: str


@dataclass(frozen=True, slots=True)
class Card:
    """A home and everything about it that this feature knows."""

    household: Household
    area_line: list[Area]
    residents: list[Resident]
    gone: list[Resident]
    phones: list[PhoneLine]
    history: list[Line]
    #: Details changed at the door, the newest first.
    edits: Sequence[FieldEdit]
    imported: Import | None


def card(session: orm.Session, household_id: UUID, *, actor: User) -> Card:
    """Raises NotFound outside the actor's scope."""
    household = household_in_scope(session, household_id, actor=actor)
    people = list(
        session.scalars(
            sa.select(Resident)
            .where(Resident.household_id == household.id)
            .order_by(Resident.position, Resident.sort_key)
            .options(orm.selectinload(Resident.phones).joinedload(ResidentPhone.contact_point))
        )
    )
    return Card(
        household=household,
        area_line=places.line_of(session, household.area),
        residents=[person for person in people if person.left_at is None],
        gone=[person for person in people if person.left_at is not None],
        phones=_phones(session, people),
        history=_history(session, household, people),
        edits=edits_of(session, household.id),
        imported=session.get(Import, household.import_id) if household.import_id else None,
    )


def _phones(session: orm.Session, people: list[Resident]) -> list[PhoneLine]:
    users: dict[ContactPoint, list[tuple[Resident, str]]] = {}
    for person in people:
        if person.left_at is None:
            for link in person.phones:
                users.setdefault(link.contact_point, []).append((person, link.owner))
    ids = [phone.id for phone in users]
    acts = consents_of(session, ids)
    counted = session.execute(
        sa.select(ResidentPhone.contact_point_id, sa.func.count())
        .where(
            ResidentPhone.contact_point_id.in_(ids),
            ResidentPhone.resident_id.not_in([person.id for person in people]),
        )
        .group_by(ResidentPhone.contact_point_id)
    )
    others = dict(list(counted))
    return [
        PhoneLine(phone, links, others.get(phone.id, 0), rules.standing(acts.get(phone.id, [])))
        for phone, links in users.items()
    ]


def _history(session: orm.Session, household: Household, people: list[Resident]) -> list[Line]:
    about = [household.id, *(person.id for person in people)]
    about += [link.contact_point_id for person in people for link in person.phones]
    rows = session.execute(
        sa.select(AuditEntry.at, AuditEntry.action, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject_kind.in_(
                [Household.__tablename__, Resident.__tablename__, ContactPoint.__tablename__]
            ),
            AuditEntry.subject_id.in_(about),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .limit(_HISTORY)
    )
    return [Line(at, action, name or "") for at, action, name in rows]
