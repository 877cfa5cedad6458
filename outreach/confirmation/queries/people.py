"""Everybody of an area, as far as a list can tell them apart. Streamed: a ward is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.confirmation.rules.linkage import Entry, spelling
from outreach.core import text
from outreach.households.models import ContactPoint, Household, Resident, ResidentPhone
from outreach.places.models import Area

_STREAM = {"yield_per": 5_000}


def entries(session: orm.Session, area: Area, *, with_phones: bool) -> Iterator[Entry]:
    """Everybody who lives in the area, streamed. Texts that many share are folded once."""
    phones = _phones(session, area) if with_phones else {}
    rows = session.execute(
        sa.select(
            Resident.id,
            Resident.household_id,
            Resident.search_key,
            Resident.sort_key,
            Resident.name,
            Resident.birth_year,
            Household.address,
            Area.name,
            Household.code,
        )
        .join(Household, Household.id == Resident.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(scopes.below(area), Resident.left_at.is_(None), Household.archived_at.is_(None)),
        execution_options=_STREAM,
    )
    folded: dict[str, str] = {}
    street = told = ""
    for id_, home, key, sort_key, name, year, address, area_name, code in rows:
        for one in (area_name, code or ""):
            if one not in folded:
                folded[one] = text.fold(one)
        if address != street:  # people of one home come together
            street, told = address, text.fold(address)
        yield Entry(
            id_,
            home,
            key,
            spelling(sort_key, name),
            year,
            told,
            folded[area_name],
            folded[code or ""],
            phones.get(id_, frozenset()),
        )


def _phones(session: orm.Session, area: Area) -> Mapping[UUID, frozenset[str]]:
    rows = session.execute(
        sa.select(ResidentPhone.resident_id, ContactPoint.number)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(scopes.below(area)),
        execution_options=_STREAM,
    )
    found: dict[UUID, frozenset[str]] = {}
    for resident, number in rows:
        found[resident] = found.get(resident, frozenset()) | {number}
    return found
