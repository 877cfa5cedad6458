"""Route sheets on paper: every route from the top of its own sheet, a row and a QR code a home.

Layout only: what is written arrives as words, made by `views.paper`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

from outreach.core import pdf
from outreach.core.pdf import A4, BOLD, PLAIN, Paper

LEFT, RIGHT, TOP, BOTTOM = 30.0, A4[0] - 30.0, 30.0, A4[1] - 34.0
#: Where each column of a row begins; the last one is the QR code's.
NUMBER, TIME, HOME, RESULT, CODE = LEFT, LEFT + 24, LEFT + 92, LEFT + 368, RIGHT - 62
QR_SIDE = 58.0
#: From one line's foot to the next, as a multiple of its size.
LEADING = 1.28
PAD = 5.0
#: Any of the eight is valid: choosing the prettiest costs four times as much as all the rest.
_MASK = 3


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text and how it looks."""

    text: str
    size: float = 8.5
    bold: bool = False
    #: 0 is black.
    grey: float = 0.0

    @property
    def font(self) -> str:
        return BOLD if self.bold else PLAIN


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One home of a sheet."""

    number: str
    #: When, and the visit code.
    time: tuple[Words, ...]
    #: Address, people, what is missing, what to take care of.
    home: tuple[Words, ...]
    #: Opens the stop's page; says nothing of anybody.
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One route."""

    #: The volunteer, as the reader's list of contents shows it too.
    name: str
    place: str
    about: tuple[Words, ...]
    rows: tuple[HomeRow, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """What is printed on every sheet."""

    title: str
    language: str
    columns: tuple[str, str, str, str]
    #: Boxes to tick.
    results: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class _Line:
    words: Words
    text: str

    @property
    def height(self) -> float:
        return self.words.size * LEADING


def compose(labels: Labels, sheets: Sequence[Sheet]) -> bytes:
    """All sheets as one PDF."""
    paper = Paper(labels.title, labels.language)
    for sheet in sheets:
        head = _lines(sheet.about, RIGHT - LEFT)
        begins = TOP + 22 + sum(line.height for line in head) + 4
        pages = list(_paged(sheet.rows, begins, TOP + 22))
        for number, rows in enumerate(pages, start=1):
            paper.page(sheet.name if number == 1 else "")
            _head(paper, sheet, head if number == 1 else (), f"{number}/{len(pages)}")
            y = _columns(paper, labels, begins if number == 1 else TOP + 22)
            for row in rows:
                y = _row(paper, labels, row, y)
        paper.text(LEFT, y + 20, labels.signature, size=9)
        width = pdf.width(labels.signature, 9)
        paper.line(LEFT + width + 8, y + 21, LEFT + width + 200, y + 21)
    return paper.whole()


def _lines(words: Sequence[Words], room: float) -> tuple[_Line, ...]:
    return tuple(
        _Line(one, text) for one in words for text in pdf.lines(one.text, one.size, room, one.font)
    )


def _paged(rows: Sequence[HomeRow], first: float, later: float) -> Iterator[list[HomeRow]]:
    """Rows by page; the last page keeps room for the signature."""
    page: list[HomeRow] = []
    y = first + 18
    for number, row in enumerate(rows, start=1):
        height = _height(row)
        needed = height + (26 if number == len(rows) else 0)
        if page and y + needed > BOTTOM:
            yield page
            page, y = [], later + 18
        page.append(row)
        y += height
    yield page


def _height(row: HomeRow) -> float:
    text = max(
        sum(line.height for line in _lines(row.time, HOME - TIME - 6)),
        sum(line.height for line in _lines(row.home, RESULT - HOME - 8)),
    )
    return max(QR_SIDE, text) + 2 * PAD


def _head(paper: Paper, sheet: Sheet, about: Sequence[_Line], page: str) -> None:
    paper.text(LEFT, TOP + 13, sheet.name, size=15, font=BOLD)
    where = f"{sheet.place} · {page}"
    paper.text(RIGHT - pdf.width(where, 9), TOP + 13, where, size=9, grey=0.25)
    _written(paper, LEFT, TOP + 22, about)


def _columns(paper: Paper, labels: Labels, y: float) -> float:
    """The table's head; where its first row begins."""
    paper.box(LEFT, y, RIGHT - LEFT, 16, fill=0.9)
    places = (NUMBER + 3, TIME, HOME, RESULT)
    for x, name in zip(places, labels.columns, strict=True):
        paper.text(x, y + 11, name, size=8, font=BOLD)
    return y + 18


def _row(paper: Paper, labels: Labels, row: HomeRow, y: float) -> float:
    """One home; where the next one begins."""
    height = _height(row)
    paper.text(NUMBER + 3, y + PAD + 10, row.number, size=11, font=BOLD)
    _written(paper, TIME, y + PAD, _lines(row.time, HOME - TIME - 6))
    _written(paper, HOME, y + PAD, _lines(row.home, RESULT - HOME - 8))
    for n, result in enumerate(labels.results):
        top = y + PAD + 1 + n * 15
        paper.box(RESULT, top, 9, 9)
        paper.text(RESULT + 14, top + 8, result, size=8.5)
    foot = y + PAD + 12 + len(labels.results) * 15
    paper.line(RESULT, foot, CODE - 8, foot, width=0.4)
    paper.squares(CODE, y + PAD, QR_SIDE, _squares(row.url), row.url)
    paper.line(LEFT, y + height, RIGHT, y + height, width=0.3)
    return y + height


def _written(paper: Paper, x: float, y: float, lines: Sequence[_Line]) -> None:
    for line in lines:
        y += line.height
        paper.text(
            x,
            y - line.words.size * (LEADING - 1),
            line.text,
            size=line.words.size,
            font=line.words.font,
            grey=line.words.grey,
        )


@lru_cache(maxsize=4096)
def _squares(url: str) -> tuple[bytes, ...]:
    code = segno.make(url, error="m", boost_error=False, micro=False, mask=_MASK)
    return tuple(bytes(row) for row in code.matrix)
