"""Reads an uploaded sheet against the register: what storing it would do, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import text
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.households import duplicates, placing, sheets
from outreach.households.models import (
    ContactPoint,
    Household,
    Import,
    Resident,
    ResidentPhone,
)
from outreach.households.sheets.wording import why_unreadable
from outreach.places import queries as places
from outreach.places.models import Area


@dataclass(slots=True)
class Preview:
    """A sheet as it would be stored."""

    drafts: sheets.Drafts
    #: Area of each home, in the order of the drafts; None where the sheet names an unknown one.
    areas: list[Area | None]
    #: (neighbourhood, cell) that the tree lacks, as the sheet writes them -> homes there.
    unknown: Counter[tuple[str, str]]
    duplicates: list[duplicates.Duplicate]

    @property
    def people(self) -> int:
        return sum(len(home.people) for home in self.drafts.homes)

    @property
    def phones(self) -> int:
        return len({p.e164 for h in self.drafts.homes for who in h.people for p in who.phones})


def import_in_scope(session: orm.Session, import_id: UUID, *, actor: User) -> Import:
    """The import, or `NotFound` when its area is none of the actor's business."""
    found = session.scalar(
        sa.select(Import)
        .where(Import.id == import_id, Import.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Import.area))
    )
    if found is None:
        raise NotFound(_("There is no such import, or it is not in your area."))
    return found


def imports(session: orm.Session, *, actor: User, limit: int = 50) -> list[tuple[Import, str]]:
    """The newest imports of the actor's scope, with who uploaded each."""
    rows = session.execute(
        sa.select(Import, User.name)
        .join(User, User.id == Import.uploaded_by_id)
        .where(Import.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Import.area))
        .order_by(Import.uploaded_at.desc())
        .limit(limit)
    )
    return list(rows)


def content_of(session: orm.Session, upload: Import) -> bytes:
    """The uploaded file; raises Conflict when it is no longer kept."""
    content = session.scalar(sa.select(Import.content).where(Import.id == upload.id))
    if content is None:
        raise Conflict(_("The file is no longer here. Please upload it again."))
    return content


def mapping_of(upload: Import) -> sheets.Mapping:
    """Column -> field, as stored."""
    columns = upload.mapping.get("columns", {})
    return {int(place): sheets.Field(name) for place, name in columns.items()}


def columns(session: orm.Session, upload: Import) -> tuple[list[str], list[sheets.Column]]:
    """(names of the file's sheets, columns of the chosen one)."""
    content = content_of(session, upload)
    try:
        with sheets.opened(content, upload.file_name, sheet=upload.mapping["sheet"]) as sheet:
            return sheet.names, sheets.table(sheet).columns
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable


def preview(session: orm.Session, upload: Import, *, today: date) -> Preview:
    """Everything that confirming would do. Raises Refusal for a file that cannot be read."""
    drafts = _drafts(content_of(session, upload), upload, today)
    finder = placing.Finder(upload.area, places.parts(session, upload.area))
    areas = [finder.find(home.area, home.cell) for home in drafts.homes]
    unknown = Counter(
        (home.area, home.cell)
        for home, area in zip(drafts.homes, areas, strict=True)
        if area is None
    )
    known = _known(session, upload.area, drafts.homes)
    return Preview(drafts, areas, unknown, duplicates.find(drafts.homes, known))


def _drafts(content: bytes, upload: Import, today: date) -> sheets.Drafts:
    try:
        with sheets.opened(content, upload.file_name, sheet=upload.mapping["sheet"]) as sheet:
            table = sheets.table(sheet)
            return sheets.homes(sheets.rows(table, mapping_of(upload), today=today))
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable


_BATCH = 2_000


def _known(session: orm.Session, area: Area, homes: Sequence[sheets.HomeDraft]) -> duplicates.Known:
    """Of the homes in this area, what the sheet might repeat. Streamed: a ward is large."""
    known = duplicates.Known()
    here = sa.and_(
        Household.area_id.in_(sa.select(Area.id).where(scopes.below(area))),
        Household.archived_at.is_(None),
    )
    if session.scalar(sa.select(Household.id).where(here).limit(1)) is None:
        return known
    wanted = duplicates.wanted(homes)
    _codes(session, here, wanted, known)
    _people(session, here, wanted, known)
    return known


_STREAM = {"yield_per": _BATCH}


def _codes(
    session: orm.Session,
    here: sa.ColumnElement[bool],
    wanted: duplicates.Wanted,
    known: duplicates.Known,
) -> None:
    if not wanted.codes:
        return
    coded = sa.select(Household.id, Household.code).where(here, Household.code.is_not(None))
    for id_, code in session.execute(coded, execution_options=_STREAM):
        if (key := text.fold(code or "")) in wanted.codes:
            known.codes.setdefault(key, id_)


def _people(
    session: orm.Session,
    here: sa.ColumnElement[bool],
    wanted: duplicates.Wanted,
    known: duplicates.Known,
) -> None:
    people = (
        sa.select(Resident.search_key, Resident.birth_year, Household.id, Household.address)
        .join(Resident.household)
        .where(here, Resident.left_at.is_(None))
    )
    for name, year, id_, address in session.execute(people, execution_options=_STREAM):
        if name in wanted.names and address:
            known.at_address.setdefault((name, text.fold(address)), []).append((year, id_))
    if not wanted.numbers:
        return
    reached = (
        people.with_only_columns(
            Resident.search_key, Resident.birth_year, Household.id, ContactPoint.number
        )
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
    )
    for name, year, id_, number in session.execute(reached, execution_options=_STREAM):
        if name in wanted.names and number in wanted.numbers:
            known.on_phone.setdefault((name, number), []).append((year, id_))
