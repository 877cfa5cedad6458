"""A delivery list as funders send it: whatever columns, one of which holds serial numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outreach.core import text
from outreach.households.sheets import Unreadable, WhyUnreadable, opened
from outreach.households.sheets.kinds import Cell
from outreach.stock import rules

__all__ = ["Unreadable", "read"]

_IMEI = ("imei", "serial", "so may", "so se ri", "so seri")
_MODEL = ("model", "ten may", "loai may", "dong may", "ten thiet bi", "may")
#: A heading stands within so many rows.
_TITLES = 30


def read(content: bytes, filename: str) -> list[str]:
    """A line `IMEI; model` for each row with something in the column of serial numbers.

    The column is the one whose heading says IMEI, else the one with the first valid number. Wrong
    numbers come too, to be shown. Raises `Unreadable`.
    """
    with opened(content, filename) as sheet:
        rows = [[_plain(cell) for cell in row] for row in sheet.rows]
    imei, model, first = _columns(rows)
    if imei is None:
        raise Unreadable(WhyUnreadable.NO_HEADINGS)
    return list(_lines(rows[first:], imei, model))


def _lines(rows: Sequence[Sequence[str]], imei: int, model: int | None) -> Iterator[str]:
    for row in rows:
        number = row[imei].strip() if imei < len(row) else ""
        name = row[model].strip() if model is not None and model < len(row) else ""
        if number:
            yield f"{number}; {name}" if name else number


def _plain(cell: Cell) -> str:
    """Spreadsheets keep fifteen digits as a number, which is exact up to 2^53."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int | None, int | None, int]:
    """(column of numbers, column of models, first row below the headings)."""
    for at, row in enumerate(rows[:_TITLES]):
        heads = [text.fold(cell) for cell in row]
        found = _named(heads, _IMEI)
        if found is not None:
            return found, _named(heads, _MODEL, but=found), at + 1
    for row in rows:
        for place, cell in enumerate(row):
            if rules.imei(cell):
                return place, None, 0
    return None, None, 0


def _named(heads: Sequence[str], names: Sequence[str], *, but: int | None = None) -> int | None:
    hits = (
        place
        for name in names
        for place, head in enumerate(heads)
        if name in head and place != but and len(head) < 40
    )
    return next(hits, None)
