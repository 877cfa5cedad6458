"""Which homes of a sheet are probably there already: pure, over what was read before."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from outreach.core import text
from outreach.households.sheets import HomeDraft, PersonDraft


class Why(enum.StrEnum):
    """What two homes have in common besides a name."""

    CODE = "code"
    ADDRESS = "address"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A home of the sheet that looks like another one."""

    row: int
    name: str
    address: str
    why: Why
    #: The home in the register, or the earlier row of the same sheet.
    household_id: UUID | None = None
    other_row: int | None = None


@dataclass(slots=True)
class Known:
    """What the register has of what the sheet says, by folded text."""

    codes: dict[str, UUID] = field(default_factory=dict)
    #: (name, address) -> (birth year, home), and (name, number) -> the same.
    at_address: dict[tuple[str, str], list[tuple[int | None, UUID]]] = field(default_factory=dict)
    on_phone: dict[tuple[str, str], list[tuple[int | None, UUID]]] = field(default_factory=dict)


@dataclass(slots=True)
class Wanted:
    """What of the register is worth reading: what the sheet could be a duplicate of."""

    codes: set[str]
    names: set[str]
    numbers: set[str]


def wanted(homes: Iterable[HomeDraft]) -> Wanted:
    found = Wanted(set(), set(), set())
    for home in homes:
        if home.code:
            found.codes.add(text.fold(home.code))
        for person in home.people:
            found.names.add(text.fold(person.name))
            found.numbers.update(phone.e164 for phone in person.phones)
    return found


def find(homes: Iterable[HomeDraft], known: Known) -> list[Duplicate]:
    """Each home at most once: by its code, else by a person's name with birth and address or phone.

    Two people of one name are taken for one only if no two known birth years tell them apart.
    """
    sheet = _Sheet()
    found = []
    for home in homes:
        duplicate = _in_register(home, known) or sheet.seen(home)
        if duplicate is not None:
            found.append(duplicate)
        else:
            sheet.add(home)
    return found


def _told(home: HomeDraft, why: Why, *, household: UUID | None, row: int | None) -> Duplicate:
    name = home.people[0].name if home.people else ""
    return Duplicate(home.row, name, home.address, why, household, row)


def _same_birth(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _in_register(home: HomeDraft, known: Known) -> Duplicate | None:
    if home.code and (household := known.codes.get(text.fold(home.code))):
        return _told(home, Why.CODE, household=household, row=None)
    for person, why, key in _keys(home):
        entries = known.at_address if why is Why.ADDRESS else known.on_phone
        for year, household in entries.get(key, ()):
            if _same_birth(person.birth_year, year):
                return _told(home, why, household=household, row=None)
    return None


def _keys(home: HomeDraft) -> list[tuple[PersonDraft, Why, tuple[str, str]]]:
    address = text.fold(home.address)
    found = []
    for person in home.people:
        name = text.fold(person.name)
        if address:
            found.append((person, Why.ADDRESS, (name, address)))
        found += [(person, Why.PHONE, (name, phone.e164)) for phone in person.phones]
    return found


class _Sheet:
    """What the earlier rows of the same sheet said."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Why, str, str, str], tuple[int | None, int]] = {}

    def _place(self, home: HomeDraft, why: Why) -> str:
        """The same number in two areas may be two homes; a phone is one wherever it is."""
        return text.fold(f"{home.area} {home.cell}") if why is Why.ADDRESS else ""

    def seen(self, home: HomeDraft) -> Duplicate | None:
        for person, why, key in _keys(home):
            earlier = self._seen.get((why, *key, self._place(home, why)))
            if earlier is not None and _same_birth(person.birth_year, earlier[0]):
                return _told(home, why, household=None, row=earlier[1])
        return None

    def add(self, home: HomeDraft) -> None:
        for person, why, key in _keys(home):
            self._seen.setdefault(
                (why, *key, self._place(home, why)), (person.birth_year, home.row)
            )
