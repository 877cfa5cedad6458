"""One row of a sheet -> one typed draft with its problems. Rows are not yet homes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from outreach.core import text
from outreach.core.phones import Phone
from outreach.households.models import Circumstance, Salutation, Sex
from outreach.households.sheets import values
from outreach.households.sheets.headings import Mapping, Table, shown
from outreach.households.sheets.kinds import Cell, Field, Problem, Reason

MOST = {
    Field.CODE: 40,
    Field.AREA: 100,
    Field.CELL: 60,
    Field.ADDRESS: 200,
    Field.HOUSE_NUMBER: 60,
    Field.STREET: 140,
    Field.LANDMARK: 200,
    Field.FAMILY_NAME: 80,
    Field.NAME: 100,
    Field.HEAD_NAME: 100,
    Field.RELATION: 40,
    Field.NOTE: 500,
}
_DEFAULT_MOST = 100


@dataclass(slots=True)
class RowDraft:
    """What one row says. Blank text is ""; what is unknown is None."""

    number: int
    code: str = ""
    area: str = ""
    cell: str = ""
    address: str = ""
    landmark: str = ""
    name: str = ""
    head_name: str = ""
    salutation: Salutation | None = None
    sex: Sex | None = None
    birth_year: int | None = None
    phones: tuple[Phone, ...] = ()
    relation: str = ""
    circumstance: Circumstance = Circumstance.NONE
    latitude: float | None = None
    longitude: float | None = None
    note: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        return not any(problem.blocking for problem in self.problems)


def rows(table: Table, mapping: Mapping, *, today: date) -> Iterator[RowDraft]:
    """A draft for every row that has anything in a column we read, in the order of the sheet."""
    read = sorted(mapping)
    places: dict[Field, list[int]] = {}
    for place, meaning in sorted(mapping.items()):
        places.setdefault(meaning, []).append(place)
    section = ""
    for number, cells in table.rows:
        title = _section(cells) if Field.AREA not in places else ""
        if title:
            section = title
            continue
        if not any(cells[place] not in _BLANK for place in read if place < len(cells)):
            continue
        draft = _Reader(number, cells, places, today).read()
        draft.area = draft.area or section
        yield draft


_BLANK = {"", " ", "\u00a0", None}
_SECTION_WORDS = ("khu pho", "ap ", "thon ", "to dan pho", "khom ", "ban ", "quarter ", "hamlet ")


def _section(cells: list[Cell]) -> str:
    """A line such as "KHU PHỐ 3" across the sheet names the area of the rows below it."""
    filled = [cell for cell in cells if cell != ""]
    if len(filled) != 1 or not isinstance(filled[0], str):
        return ""
    line = values.line(filled[0], MOST[Field.AREA])
    named = not isinstance(line, Reason) and text.fold(line).startswith(_SECTION_WORDS)
    return str(line) if named else ""


#: Columns of free text: a number of a card or a person does not belong into them.
_WRITTEN = frozenset(
    {
        Field.ADDRESS,
        Field.HOUSE_NUMBER,
        Field.STREET,
        Field.LANDMARK,
        Field.FAMILY_NAME,
        Field.NAME,
        Field.HEAD_NAME,
        Field.RELATION,
        Field.CELL,
    }
)


def _unless_secret(cell: Cell, reason: Reason) -> Cell:
    return "•••" if reason is Reason.NOTE_HOLDS_SECRET else cell


class _Reader:
    """Reads one row, collecting every problem before giving up."""

    def __init__(
        self, number: int, cells: list[Cell], places: dict[Field, list[int]], today: date
    ) -> None:
        self._cells = cells
        self._places = places
        self._today = today
        self._draft = RowDraft(number)

    def read(self) -> RowDraft:
        draft = self._draft
        draft.code = self._line(Field.CODE)
        draft.area = self._line(Field.AREA)
        draft.cell = self._line(Field.CELL)
        draft.address = self._address()
        draft.landmark = self._line(Field.LANDMARK)
        draft.relation = self._line(Field.RELATION)
        self._read_name()
        self._read_person()
        self._read_phones()
        self._read_home()
        if not (draft.name or draft.head_name or draft.address) and draft.is_usable:
            self._problem(Reason.NAME_OR_ADDRESS_MISSING, None, "")
        return draft

    # --- cells
    def _raw(self, meaning: Field) -> Cell:
        for place in self._places.get(meaning, ()):
            if place < len(self._cells):
                cell = self._cells[place]
                return "" if cell is None else cell
        return ""

    def _every(self, meaning: Field) -> Iterator[Cell]:
        for place in self._places.get(meaning, ()):
            if place < len(self._cells) and self._cells[place] not in {"", None}:
                yield self._cells[place]

    def _problem(self, reason: Reason, meaning: Field | None, value: Cell) -> None:
        self._draft.problems.append(Problem(self._draft.number, reason, meaning, shown(value)))

    def _line(self, meaning: Field) -> str:
        if meaning not in self._places:
            return ""
        cell = self._raw(meaning)
        read = values.note if meaning in _WRITTEN else values.line
        value = read(cell, MOST.get(meaning, _DEFAULT_MOST))
        if isinstance(value, Reason):
            self._problem(value, meaning, _unless_secret(cell, value))
            return ""
        return value

    # --- parts
    def _address(self) -> str:
        whole = self._line(Field.ADDRESS)
        numbered = " ".join(
            part for part in (self._line(Field.HOUSE_NUMBER), self._line(Field.STREET)) if part
        )
        return ", ".join(part for part in (numbered, whole) if part)

    def _read_name(self) -> None:
        draft = self._draft
        name = " ".join(
            part for part in (self._line(Field.FAMILY_NAME), self._line(Field.NAME)) if part
        )
        draft.salutation, draft.name = self._named(name, Field.NAME)
        head_title, draft.head_name = self._named(self._line(Field.HEAD_NAME), Field.HEAD_NAME)
        if not draft.name:
            draft.salutation = head_title
        given = values.salutation(self._raw(Field.SALUTATION))
        if isinstance(given, Reason):
            self._problem(given, Field.SALUTATION, self._raw(Field.SALUTATION))
        else:
            draft.salutation = given or draft.salutation

    def _named(self, value: str, meaning: Field) -> tuple[Salutation | None, str]:
        if not value:
            return None, ""
        found = values.name(value)
        if isinstance(found, Reason):
            self._problem(found, meaning, value)
            return None, ""
        return found

    def _read_person(self) -> None:
        draft = self._draft
        sex = values.sex(self._line(Field.SEX))
        if isinstance(sex, Reason):
            self._problem(sex, Field.SEX, self._raw(Field.SEX))
        else:
            draft.sex = sex
        for meaning, told in _BIRTHS:
            cell = self._raw(meaning)
            if cell == "":
                continue
            year = values.birth_year(cell, today=self._today)
            if isinstance(year, Reason):
                self._problem(year, meaning, cell)
            else:
                draft.birth_year = year
                draft.sex = draft.sex or told

    def _read_phones(self) -> None:
        found: list[Phone] = []
        for cell in self._every(Field.PHONE):
            for number in values.numbers(cell):
                if isinstance(number, Reason):
                    self._problem(number, Field.PHONE, cell)
                elif number not in found:
                    found.append(number)
        if found and not (self._draft.name or self._draft.head_name):
            self._problem(Reason.PHONE_WITHOUT_NAME, Field.PHONE, self._raw(Field.PHONE))
            return
        self._draft.phones = tuple(found)

    def _read_home(self) -> None:
        draft = self._draft
        draft.circumstance = self._circumstance()
        self._read_point()
        notes = []
        for cell in self._every(Field.NOTE):
            note = values.note(cell, MOST[Field.NOTE])
            if isinstance(note, Reason):
                self._problem(note, Field.NOTE, _unless_secret(cell, note))
            else:
                notes.append(note)
        draft.note = "; ".join(notes)

    def _circumstance(self) -> Circumstance:
        for meaning, told in _MARKED:
            marked = values.is_marked(self._line(meaning))
            if isinstance(marked, Reason):
                self._problem(marked, meaning, self._raw(meaning))
            elif marked:
                return told
        found = values.circumstance(self._line(Field.CIRCUMSTANCE))
        if isinstance(found, Reason):
            self._problem(found, Field.CIRCUMSTANCE, self._raw(Field.CIRCUMSTANCE))
            return Circumstance.NONE
        return found

    def _read_point(self) -> None:
        point = self._point()
        if isinstance(point, Reason):
            place = Field.POINT if Field.POINT in self._places else Field.LATITUDE
            self._problem(point, place, self._raw(place))
        elif point is not None:
            self._draft.latitude, self._draft.longitude = point

    def _point(self) -> tuple[float, float] | Reason | None:
        latitude = values.degrees(self._raw(Field.LATITUDE))
        longitude = values.degrees(self._raw(Field.LONGITUDE))
        if isinstance(latitude, Reason) or isinstance(longitude, Reason):
            return Reason.POINT_IMPOSSIBLE
        together = values.pair(self._raw(Field.POINT))
        if isinstance(together, tuple):
            return values.point(*together)
        return together or values.point(latitude, longitude)


_BIRTHS = (
    (Field.BIRTH, None),
    (Field.BIRTH_OF_MAN, Sex.MALE),
    (Field.BIRTH_OF_WOMAN, Sex.FEMALE),
)
_MARKED = ((Field.POOR, Circumstance.POOR), (Field.NEAR_POOR, Circumstance.NEAR_POOR))
