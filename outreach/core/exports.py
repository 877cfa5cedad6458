"""Figures as files: CSV that opens right in a Vietnamese Excel, XLSX, and no formulas in either."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Cell = str | int | float | date | None

#: A cell beginning with one of these is a formula, or becomes one, in a spreadsheet program.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Rows a file may have: what one machine makes while somebody waits.
MOST_ROWS = 50_000
MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def harmless(cell: Cell) -> Cell:
    """Text that no spreadsheet program takes for a formula; numbers and dates as they are."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(DANGEROUS):
        return "'" + cell
    return cell


@dataclass(frozen=True, slots=True)
class Table:
    """What goes into a file. Rows may be shorter than the headings, or empty to part two blocks."""

    title: str
    headings: list[str]
    rows: list[list[Cell]]


def made(layout: str, table: Table) -> bytes:
    """The table as `csv` or `xlsx`."""
    return as_xlsx(table) if layout == "xlsx" else as_csv(table)


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, without which Excel shows Vietnamese as garbage."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in _all(table):
        writer.writerow([harmless(_plain(cell)) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet with its headings frozen. Text is stored as text, never as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(_all(table)):
        cells = [harmless(_without_zone(cell)) for cell in row]
        sheet.append(cells if number else [_bold(sheet, str(cell)) for cell in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _all(table: Table) -> Sequence[Sequence[Cell]]:
    return [table.headings, *table.rows]


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell


def _without_zone(cell: Cell) -> Cell:
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
