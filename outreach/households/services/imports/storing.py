"""A confirmed list becomes homes, people and phones, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit, text
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import rules
from outreach.households.models import (
    ContactPoint,
    Household,
    Import,
    Resident,
    ResidentPhone,
)
from outreach.households.queries.imports import Preview, preview
from outreach.households.services.imports import bulk
from outreach.households.services.imports.areas import add_areas
from outreach.households.services.imports.uploading import open_import
from outreach.households.sheets import HomeDraft, PersonDraft
from outreach.places.models import Area


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided on the preview."""

    #: Add the neighbourhoods that only the sheet knows; else their homes stay in the import's area.
    add_areas: bool = False
    #: Rows of likely duplicates that are to be imported all the same.
    keep: frozenset[int] = frozenset()


def confirm(
    session: orm.Session,
    import_id: UUID,
    choices: Choices,
    *,
    today: date,
    actor: User,
    now: datetime,
) -> Import:
    """Store every home of the sheet that has no blocking fault and is no duplicate."""
    row = open_import(session, import_id, actor)
    found = preview(session, row, today=today)
    left_out = {twin.row for twin in found.duplicates} - choices.keep
    names = found.unknown if choices.add_areas else ()
    added, areas = add_areas(session, row.area, names, today=today, actor=actor, now=now)
    homes = list(_placed(row.area, found, added, left_out))
    if not homes:
        raise Conflict(_("No home is left to import."))
    counts = _store(session, row.id, homes, now)
    row.confirmed_at, row.content = now, None
    row.result = {
        **counts,
        "left_out": found.drafts.left_out,
        "duplicates": len(left_out),
        "areas": areas,
    }
    audit.record(session, actor=actor, action="import.confirmed", subject=row, now=now, **counts)
    return row


def _placed(
    top: Area, found: Preview, added: dict[tuple[str, str], Area], left_out: set[int]
) -> Iterator[tuple[HomeDraft, Area]]:
    for home, area in zip(found.drafts.homes, found.areas, strict=True):
        if home.row not in left_out:
            yield home, area or added.get((home.area, home.cell)) or top


def _store(
    session: orm.Session, import_id: UUID, homes: list[tuple[HomeDraft, Area]], now: datetime
) -> dict[str, int]:
    session.flush()
    numbers = _contact_points(session, import_id, homes, now)
    made = {"import_id": import_id, "created_at": now}
    homes_made = bulk.insert(
        session, Household, _HOME, _home_rows(homes), needs_home_visit=False, **made
    )
    links: list[tuple[str, str, str, str]] = []
    people_made = bulk.insert(
        session, Resident, _PERSON, _person_rows(homes, links, numbers), **made
    )
    bulk.insert(session, ResidentPhone, _LINK, links, import_id=import_id)
    return {"homes": homes_made, "people": people_made, "phones": len(numbers)}


_HOME = (
    "id", "area_id", "code", "address", "landmark", "head_name", "search_key", "sort_key",
    "latitude", "longitude", "circumstance", "note",
)  # fmt: skip
_PERSON = (
    "id", "household_id", "name", "search_key", "sort_key", "salutation", "sex", "birth_year",
    "relation", "position",
)  # fmt: skip
_LINK = ("id", "resident_id", "contact_point_id", "owner")


def _home_rows(homes: list[tuple[HomeDraft, Area]]) -> Iterator[tuple[Any, ...]]:
    for home, area in homes:
        people = _in_order(home)
        head = people[0].name if people else ""
        yield (
            home.id,
            area.id.hex,
            home.code or None,
            home.address,
            home.landmark,
            head,
            rules.search_key(home.address, home.landmark, head, home.code),
            rules.sort_key(home.address),
            home.latitude,
            home.longitude,
            home.circumstance.value,
            home.note,
        )


def _person_rows(
    homes: list[tuple[HomeDraft, Area]],
    links: list[tuple[str, str, str, str]],
    numbers: dict[str, str],
) -> Iterator[tuple[Any, ...]]:
    for home, _area in homes:
        for position, person in enumerate(_in_order(home)):
            id_ = uuid.uuid4().hex
            links += [(uuid.uuid4().hex, id_, numbers[p.e164], "") for p in person.phones]
            yield (
                id_,
                home.id,
                person.name,
                text.fold(person.name)[: text.LONGEST_KEY],
                text.sort_key(person.name),
                person.salutation and person.salutation.value,
                person.sex and person.sex.value,
                person.birth_year,
                "" if person.is_head else person.relation,
                position,
            )


def _in_order(home: HomeDraft) -> list[PersonDraft]:
    """The head first; without one, as the sheet has them."""
    return sorted(home.people, key=lambda person: not person.is_head)


def _contact_points(
    session: orm.Session, import_id: UUID, homes: list[tuple[HomeDraft, Area]], now: datetime
) -> dict[str, str]:
    """E.164 -> id of its row, as hexadecimal: those there are, and new ones for the others."""
    kinds = {
        phone.e164: phone.kind.value
        for home, _area in homes
        for person in home.people
        for phone in person.phones
    }
    known: dict[str, str] = {}
    wanted = list(kinds)
    for start in range(0, len(wanted), _IN):
        part = wanted[start : start + _IN]
        rows = session.execute(
            sa.select(ContactPoint.number, ContactPoint.id).where(ContactPoint.number.in_(part))
        )
        known.update((number, id_.hex) for number, id_ in rows)
    new = {number: uuid.uuid4().hex for number in wanted if number not in known}
    rows_new = ((id_, number, kinds[number]) for number, id_ in new.items())
    columns = ("id", "number", "kind")
    bulk.insert(session, ContactPoint, columns, rows_new, import_id=import_id, created_at=now)
    return known | new


_IN = 500
