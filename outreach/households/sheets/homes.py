"""Rows -> homes: several rows of one home are one home with several people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from outreach.core import text
from outreach.core.phones import Phone
from outreach.households.models import Circumstance, Salutation, Sex
from outreach.households.sheets import values
from outreach.households.sheets.kinds import Problem, Reason
from outreach.households.sheets.rows import RowDraft


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """One person of a home, from one row."""

    row: int
    name: str
    salutation: Salutation | None
    sex: Sex | None
    birth_year: int | None
    relation: str
    is_head: bool
    phones: tuple[Phone, ...]


@dataclass(slots=True)
class HomeDraft:
    """One home as the sheet has it, from one or several rows."""

    #: The number of its first row.
    row: int
    code: str
    area: str
    cell: str
    address: str
    landmark: str = ""
    circumstance: Circumstance = Circumstance.NONE
    latitude: float | None = None
    longitude: float | None = None
    note: str = ""
    people: list[PersonDraft] = field(default_factory=list)
    #: What it will be stored as, in hexadecimal.
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def has_head(self) -> bool:
        return any(person.is_head for person in self.people)


@dataclass(slots=True)
class Drafts:
    """A whole sheet: what can be stored, and everything that is wrong with it."""

    homes: list[HomeDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Rows with something in them, and those of them that are left out.
    rows: int = 0
    left_out: int = 0


_MANY = 25


def homes(rows: Iterable[RowDraft]) -> Drafts:
    """Grouped by code, else by address within an area; a row with neither goes on with the last."""
    drafts = Drafts()
    known: dict[tuple[str, ...], HomeDraft] = {}
    last: HomeDraft | None = None
    for row in rows:
        drafts.rows += 1
        if not row.is_usable:
            _leave_out(drafts, row)
            continue
        home = _home_of(row, known, last)
        if home is None:
            row.problems.append(Problem(row.number, Reason.HOME_MISSING))
            _leave_out(drafts, row)
            continue
        if home.row == row.number:
            drafts.homes.append(home)
        _add(home, row)
        drafts.problems += row.problems
        last = home
    drafts.problems += [
        Problem(home.row, Reason.MANY_PEOPLE, value=str(len(home.people)))
        for home in drafts.homes
        if len(home.people) > _MANY
    ]
    return drafts


def _leave_out(drafts: Drafts, row: RowDraft) -> None:
    drafts.left_out += 1
    drafts.problems += row.problems


def _home_of(
    row: RowDraft, known: dict[tuple[str, ...], HomeDraft], last: HomeDraft | None
) -> HomeDraft | None:
    key = _key(row)
    if key is None:
        if last is not None and not _names_head(row):
            return last
        return _new(row) if row.area or row.landmark else None
    home = known.get(key)
    another = home is not None and not row.code and home.has_head and _names_head(row)
    if home is None or another:
        home = known[key] = _new(row)
    return home


def _key(row: RowDraft) -> tuple[str, ...] | None:
    if row.code:
        return ("code", text.fold(row.code))
    if row.address:
        head = text.fold(row.head_name) if row.name else ""
        return ("address", text.fold(row.area), text.fold(row.cell), text.fold(row.address), head)
    return None


def _names_head(row: RowDraft) -> bool:
    """The row is about the head: it says so, or the sheet has a column for heads only."""
    return values.is_head(row.relation) or (bool(row.head_name) and not row.name)


def _new(row: RowDraft) -> HomeDraft:
    return HomeDraft(row.number, row.code, row.area, row.cell, row.address)


def _add(home: HomeDraft, row: RowDraft) -> None:
    """The first row that says something about the home is believed."""
    home.address = home.address or row.address
    home.landmark = home.landmark or row.landmark
    if home.circumstance is Circumstance.NONE:
        home.circumstance = row.circumstance
    if home.latitude is None:
        home.latitude, home.longitude = row.latitude, row.longitude
    home.note = home.note or row.note
    name = row.name or row.head_name
    if not name:
        return
    heads = _names_head(row) or (bool(row.head_name) and row.head_name == row.name)
    if heads and home.has_head:
        row.problems.append(Problem(row.number, Reason.TWO_HEADS, value=row.code))
        heads = False
    home.people.append(
        PersonDraft(
            row.number,
            name,
            row.salutation,
            row.sex,
            row.birth_year,
            row.relation,
            heads,
            row.phones,
        )
    )
