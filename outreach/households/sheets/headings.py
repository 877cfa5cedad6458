"""Finds the row of headings under the titles, and guesses what each column holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from outreach.core import text
from outreach.households.sheets import values
from outreach.households.sheets.kinds import (
    REPEATABLE,
    Cell,
    Field,
    Unreadable,
    WhyUnreadable,
)
from outreach.households.sheets.reading import Sheet

#: Column's place in the row -> what it holds. Columns that are not named are not read.
Mapping = dict[int, Field]

# Folded headings. A heading is compared whole; then a pattern may be found inside it.
_EXACT: dict[Field, str] = {
    Field.CODE: "ma ho|so ho|ma so ho|ma ho gia dinh|so ho khau|ma so ho gia dinh|so so ho khau"
    "|household code|household id|household no|code|id ho",
    Field.AREA: "khu pho|ap|thon|ban|to dan pho|khu pho ap|khu pho/ap|thon/ban|ap/khu pho|khom"
    "|ten khu pho|ten ap|thon ban|khu vuc|khu dan cu|thon to|neighbourhood|neighborhood|area"
    "|quarter|hamlet|village|suburb",
    Field.CELL: "to|to dan cu|to nhan dan|to nhan dan tu quan|to tu quan|so to|cell",
    Field.ADDRESS: "dia chi|dia chi nha|noi o|cho o|noi thuong tru|dia chi thuong tru|thuong tru"
    "|dia chi hien tai|noi o hien tai|noi o hien nay|noi cu tru|ho khau thuong tru|address|dc",
    Field.HOUSE_NUMBER: "so nha|nha so|house number|number|street_number|street number",
    Field.STREET: "duong|ten duong|duong pho|street|street name|address_1",
    Field.LANDMARK: "diem moc|vi tri|gan|cach tim|chi dan|mo ta duong di|landmark|directions",
    Field.FAMILY_NAME: "ho|ho dem|ho va dem|ho va ten dem|ho lot|ho va chu dem|ho chu dem"
    "|ho va chu lot|family name|last name|surname",
    Field.NAME: "ho ten|ho va ten|ten|ho ten nguoi dan|ho va ten thanh vien|ho ten thanh vien"
    "|thanh vien|nhan khau|ho ten nhan khau|ho, chu dem va ten|ho chu dem va ten|ten goi"
    "|ho va ten cong dan|full name|name|given name|given_name|resident|residentname"
    "|resident name|first name",
    Field.HEAD_NAME: "chu ho|ho ten chu ho|ho va ten chu ho|ten chu ho|dai dien ho|nguoi dai dien"
    "|head|head of household|household head|head name",
    Field.SALUTATION: "xung ho|danh xung|cach xung ho|title|salutation",
    Field.SEX: "gioi tinh|gioi|phai|nam/nu|nam nu|sex|gender",
    Field.BIRTH: "nam sinh|ngay sinh|ngay thang nam sinh|ngay, thang, nam sinh|sinh ngay|sinh nam"
    "|ngay thang nam|ns|ntns|birth|birth year|year of birth|date of birth|dob|date_of_birth"
    "|born",
    Field.BIRTH_OF_MAN: "nam sinh nam|ngay sinh nam|ngay thang nam sinh nam",
    Field.BIRTH_OF_WOMAN: "nam sinh nu|ngay sinh nu|ngay thang nam sinh nu",
    Field.PHONE: "dien thoai|so dien thoai|sdt|so dt|dt|di dong|so di dong|dtdd|dien thoai di dong"
    "|zalo|so zalo|so may|dien thoai lien he|sdt lien he|phone|phones|phone number|mobile"
    "|telephone|tel|contact",
    Field.RELATION: "quan he|quan he voi chu ho|qh voi chu ho|qh|quan he chu ho|moi quan he"
    "|quan he gia dinh|relation|relationship|relation to head",
    Field.CIRCUMSTANCE: "hoan canh|dien|dien ho|loai ho|doi tuong|ho ngheo/can ngheo|phan loai"
    "|phan loai ho|hoan canh gia dinh|circumstances|circumstance",
    Field.POOR: "ho ngheo|ngheo|poor",
    Field.NEAR_POOR: "can ngheo|ho can ngheo|near poor|near-poor",
    Field.LATITUDE: "vi do|lat|latitude",
    Field.LONGITUDE: "kinh do|lng|lon|long|longitude",
    Field.POINT: "toa do|toa do gps|gps|vi tri gps|lat,lng|lat, lng|coordinates|location",
    Field.NOTE: "ghi chu|luu y|ghi chu them|note|notes|remark|remarks|comment",
}  # fmt: skip
_WHOLE = {name: field for field, names in _EXACT.items() for name in names.split("|")}

# Tried in this order on headings that no whole name matches.
_INSIDE: tuple[tuple[Field, str], ...] = (
    (Field.RELATION, r"quan he|relation"),
    (Field.PHONE, r"dien thoai|\bsdt\b|\bdtdd\b|di dong|phone|mobile|zalo"),
    (Field.BIRTH_OF_MAN, r"sinh.*\bnam$"),
    (Field.BIRTH_OF_WOMAN, r"sinh.*\bnu$"),
    (Field.BIRTH, r"nam sinh|ngay.*sinh|birth"),
    (Field.SEX, r"gioi tinh|gender"),
    (Field.NEAR_POOR, r"can ngheo|near.?poor"),
    (Field.POOR, r"ho ngheo|\bpoor\b"),
    (Field.CODE, r"ma ho|so ho khau|household.*(code|id|no)"),
    (Field.HEAD_NAME, r"(ten|ho ten|ho va ten).*chu ho|head.*name"),
    (Field.NAME, r"ho.* ten|full.?name"),
    (Field.LATITUDE, r"vi do|latitude"),
    (Field.LONGITUDE, r"kinh do|longitude"),
    (Field.POINT, r"toa do"),
    (Field.HOUSE_NUMBER, r"so nha"),
    (Field.STREET, r"(ten )?duong(,? pho)?$"),
    (Field.CELL, r"^to (nhan dan|dan cu|tu quan|so)"),
    (Field.AREA, r"^(khu pho|ap|thon|to dan pho)\b"),
    (Field.ADDRESS, r"dia chi|thuong tru|noi o|cu tru|address"),
    (Field.NOTE, r"ghi chu|note"),
)
_PATTERNS = tuple((field, re.compile(pattern)) for field, pattern in _INSIDE)
# Numbers of identity papers and insurance cards, and accounts: never read.
_NEVER = re.compile(
    r"\b(cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|ho chieu|passport|bhyt|bhxh|bao hiem"
    r"|tai khoan|stk|national id|id card|ssn|soc_sec_id|account)\b"
)
# What stands around a name: an ordinal before it, an explanation in brackets, a star for "must".
_NOISE = re.compile(r"\([^)]*\)|^[\d.)]+\s+|[*:.]+$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the mapping page shows it."""

    place: int
    #: Its letter in the spreadsheet program: A, B … AA.
    letter: str
    heading: str
    samples: tuple[str, ...]
    #: It holds numbers of identity papers, accounts or the like: it cannot be mapped.
    forbidden: bool


@dataclass(slots=True)
class Table:
    """The part of a sheet under its headings."""

    columns: list[Column]
    #: (number of the row in the file, its cells); can be read once.
    rows: Iterator[tuple[int, list[Cell]]]


@lru_cache(maxsize=2_000)
def field_of(heading: str) -> Field | None:
    """What a heading says its column holds."""
    name = text.fold(text.clean(heading))
    name = " ".join(_NOISE.sub(" ", name).replace("\n", " ").strip(" *:.-").split())
    if not name or _NEVER.search(name):
        return None
    if name in _WHOLE:
        return _WHOLE[name]
    return next((field for field, pattern in _PATTERNS if pattern.search(name)), None)


def is_forbidden(heading: str) -> bool:
    return _NEVER.search(text.fold(text.clean(heading))) is not None


_LONGEST_HEADING = 80


def _heading(cell: Cell) -> str:
    return text.clean(cell) if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING else ""


def _score(row: Sequence[Cell]) -> int:
    """How many different things the row names."""
    return len({field_of(_heading(cell)) for cell in row} - {None})


_SEARCHED = 40
_ENOUGH = 2


def table(sheet: Sheet) -> Table:
    """Raises Unreadable where no row of the first forty looks like headings, or none follow."""
    head = list(islice(sheet.rows, _SEARCHED))
    scores = [_score(row) for row in head]
    best = max(scores, default=0)
    if best < _ENOUGH:
        has_rows = any(any(row) for row in head)
        raise Unreadable(WhyUnreadable.NO_HEADINGS if has_rows else WhyUnreadable.NO_ROWS)
    top = scores.index(best)
    bottom, headings = _joined(head, top, sheet)
    start = bottom + 1
    following = enumerate(chain(head[start:], sheet.rows), start + 1)
    rows = _under(following, headings)
    first = list(islice(rows, _SEARCHED))
    if not first:
        raise Unreadable(WhyUnreadable.NO_ROWS)
    return Table(_columns(headings, first, sheet.left), chain(first, rows))


def _joined(head: list[list[Cell]], at: int, sheet: Sheet) -> tuple[int, list[str]]:
    """(last row of headings, headings), with the row above or below where cells are merged.

    "Năm sinh" over "Nam" and "Nữ" becomes "Năm sinh Nam" and "Năm sinh Nữ".
    """
    alone = [_heading(cell) for cell in head[at]]
    for upper in (at, at - 1):
        spans = _spans(sheet, upper) if upper >= 0 else []
        if spans and upper + 1 < len(head) and _is_second_row(head[upper + 1], spans):
            joined = _two_rows(head[upper], head[upper + 1], spans)
            if _score(joined) >= _score(alone):
                return upper + 1, joined
    return at, alone


def _spans(sheet: Sheet, row: int) -> list[tuple[int, int]]:
    """Cells of this row that are merged over several columns, as places in the row."""
    return [
        (left - sheet.left, right - sheet.left)
        for (top, left), (bottom, right) in sheet.merged
        if top == bottom == row and right > left
    ]


def _is_second_row(row: list[Cell], spans: list[tuple[int, int]]) -> bool:
    """Short texts under the merged cells; a row of data has numbers or nothing headings have."""
    under = [row[place] for left, right in spans for place in range(left, min(right + 1, len(row)))]
    named = [cell for cell in under if _heading(cell) and not any(c.isdigit() for c in str(cell))]
    outside = [c for place, c in enumerate(row) if not any(a <= place <= b for a, b in spans)]
    return len(named) >= _ENOUGH and not any(isinstance(c, (int, float)) for c in outside if c)


def _two_rows(upper: list[Cell], lower: list[Cell], spans: list[tuple[int, int]]) -> list[str]:
    over = {place: left for left, right in spans for place in range(left, right + 1)}
    headings = []
    for place in range(max(len(upper), len(lower))):
        above = _heading(upper[over.get(place, place)]) if place < len(upper) else ""
        below = _heading(lower[place]) if place < len(lower) else ""
        headings.append(" ".join(part for part in (above, below) if part))
    return headings


_ORDINAL = re.compile(r"\(?(\d{1,2}|[A-Za-z])\)?")


def _under(
    rows: Iterator[tuple[int, list[Cell]]], headings: list[str]
) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with something in them; not the column numbers, nor the headings printed again."""
    again = [text.fold(heading) for heading in headings if heading]
    first = True
    for number, row in rows:
        if not any(row) or (first and _numbers_columns(row)):
            continue
        first = False
        if not _is_same(row, headings, again):
            yield number, row


def _is_same(row: list[Cell], headings: list[str], again: list[str]) -> bool:
    """Printed once more at the top of a page. The cheap question first: most rows are not."""
    place = next(place for place, heading in enumerate(headings) if heading)
    if place >= len(row) or not isinstance(row[place], str):
        return False
    found = str(row[place])
    return found[:1] == headings[place][:1] and [text.fold(str(c)) for c in row if c] == again


def _numbers_columns(row: list[Cell]) -> bool:
    """The row "A B 1 2 3" or "(1) (2) (3)" that official forms have under their headings."""
    filled = [cell for cell in row if cell != ""]
    plain = [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c) for c in filled]
    return len(plain) > _ENOUGH and all(_ORDINAL.fullmatch(cell.strip()) for cell in plain)


_SAMPLES = 3


def _columns(headings: list[str], first: list[tuple[int, list[Cell]]], left: int) -> list[Column]:
    width = max([len(headings), *(len(row) for _, row in first)])
    columns = []
    for place in range(width):
        heading = headings[place] if place < len(headings) else ""
        cells = (row[place] for _, row in first if place < len(row))
        samples = tuple(islice((shown(c) for c in cells if c != ""), _SAMPLES))
        if heading or samples:
            forbidden = is_forbidden(heading)
            shown_samples = () if forbidden else samples
            letter = letters(place + left)
            columns.append(Column(place, letter, heading, shown_samples, forbidden))
    return columns


_SHOWN = 40


def shown(cell: Cell) -> str:
    """A cell as a short line of text."""
    line = values.as_text(cell)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def letters(place: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def guess(found: Table) -> Mapping:
    """What each column seems to hold. The first column that names a field has it."""
    mapping: Mapping = {}
    for column in found.columns:
        field = None if column.forbidden else field_of(column.heading)
        if field and (field in REPEATABLE or field not in mapping.values()):
            mapping[column.place] = field
    if Field.FAMILY_NAME in mapping.values() and Field.NAME not in mapping.values():
        return {p: Field.NAME if f is Field.FAMILY_NAME else f for p, f in mapping.items()}
    return mapping
