"""Details said anew at a desk: merged field by field, as those from phones are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.households import merging, queries
from outreach.households.models import FieldEdit, Merged
from outreach.households.services.homes import Entry, place, rename_head
from outreach.households.services.merging import Origin, merge
from outreach.households.services.people import Person, put_first

#: What a page said it showed: field -> text; a field it does not name is taken as unchanged since.
Seen = Mapping[str, str]
UNKNOWN: Seen = {}


def change(
    session: orm.Session,
    household_id: UUID,
    entry: Entry,
    *,
    actor: User,
    now: datetime,
    seen: Seen = UNKNOWN,
) -> Sequence[FieldEdit]:
    """Say everything about the home anew; the changes that clashed wait for a decision.

    `seen` are the details as the page showed them (`merging.of_home`). What the actor left alone
    stays as somebody else made it meanwhile; where both changed a field, neither is lost.
    """
    household = queries.household_in_scope(session, household_id, actor=actor)
    changes = merging.changes(merging.DESK_HOME, seen, _of_entry(entry), merging.of_home(household))
    origin = Origin(form_id=uuid4(), made_at=now, actor=actor, now=now)
    edits = merge(session, household, None, changes, origin)
    if seen.get("area") != str(entry.area_id):
        place(session, household, entry.area_id, actor=actor)
    audit.record(
        session,
        actor=actor,
        action="household.changed",
        subject=household,
        now=now,
        area=household.area_id,
    )
    return _clashes(edits)


def change_person(
    session: orm.Session,
    resident_id: UUID,
    person: Person,
    *,
    actor: User,
    now: datetime,
    seen: Seen = UNKNOWN,
) -> Sequence[FieldEdit]:
    """Say everything about the person anew; the changes that clashed wait for a decision.

    `seen` is as with `change` (`merging.of_person`, and `head`: whether they were it). Numbers
    that are no longer named are no longer theirs; those that somebody else found meanwhile are.
    """
    resident = queries.resident_in_scope(session, resident_id, actor=actor)
    changes = merging.changes(
        merging.DESK_PERSON, seen, _of_person(person), merging.of_person(resident)
    )
    origin = Origin(
        form_id=uuid4(), made_at=now, actor=actor, now=now, phone_owner=person.phone_owner
    )
    edits = merge(session, resident.household, resident, changes, origin)
    if person.is_head and seen.get("head") != merging.YES:
        put_first(session, resident)
        rename_head(session, resident.household)
    audit.record(session, actor=actor, action="resident.changed", subject=resident, now=now)
    return _clashes(edits)


def _clashes(edits: Sequence[FieldEdit]) -> list[FieldEdit]:
    return [edit for edit in edits if edit.state is Merged.CLASH]


def _of_entry(entry: Entry) -> dict[str, str]:
    return {
        "address": entry.address,
        "landmark": entry.landmark,
        "note": entry.note,
        "needs_home_visit": merging.YES if entry.needs_home_visit else "",
        "pin": merging.pin(entry.latitude, entry.longitude),
        "circumstance": entry.circumstance.value,
        "code": entry.code or "",
        "hours": merging.hours(entry.home_from, entry.home_until),
    }


def _of_person(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "salutation": person.salutation.value if person.salutation else "",
        "birth_year": str(person.birth_year or ""),
        "relation": person.relation,
        "phones": " ".join(sorted(phone.e164 for phone in person.phones)),
        "sex": person.sex.value if person.sex else "",
        "language": person.language.value,
    }
