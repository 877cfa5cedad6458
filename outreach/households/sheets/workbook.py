"""Reads one worksheet in a process of its own: run as a script, it prints the rows as JSON lines.

A workbook of a few kilobytes can claim a cell in the farthest corner, or unpack to gigabytes, and
the reader would take the whole site down with it. Here it can only end its own process. Imports
nothing of ours, so that it starts in a tenth of a second.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime
from io import TextIOWrapper
from typing import TextIO

import python_calamine as calamine

_MEMORY = 1 << 30
_SECONDS = 60


def _bound_ourselves() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _plain(cell: object) -> object:
    """Dates as a list, so that the parent can tell them from text; a time of day as its text."""
    if isinstance(cell, datetime):
        return [cell.date().isoformat()]
    if isinstance(cell, date):
        return [cell.isoformat()]
    if isinstance(cell, (str, float, int)):
        return cell
    return str(cell)


def _chosen(book: calamine.CalamineWorkbook, wanted: str) -> tuple[list[str], str]:
    """The visible worksheets, and the one to read: the wanted one, else the first with rows."""
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == calamine.SheetVisibleEnum.Visible
    ]
    if wanted or len(names) == 1:
        return names, wanted or names[0]
    filled = (name for name in names if book.get_sheet_by_name(name).height)
    return names, next(filled, "")


def _write(book: calamine.CalamineWorkbook, wanted: str, out: TextIO) -> None:
    names, name = _chosen(book, wanted)
    if name not in names:
        error = "no_such_sheet" if wanted else "no_rows"
        json.dump({"error": error}, out)
        return
    sheet = book.get_sheet_by_name(name)
    head = {
        "names": names,
        "name": name,
        "width": sheet.end[1] + 1 if sheet.end else 0,
        "height": sheet.end[0] + 1 if sheet.end else 0,
        "left": sheet.start[1] if sheet.start else 0,
        "merged": sheet.merged_cell_ranges or [],
    }
    out.write(json.dumps(head) + "\n")
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    out.writelines(encode([_plain(cell) for cell in row]) + "\n" for row in sheet.iter_rows())


def main() -> None:
    _bound_ourselves()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    out = TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace")
    try:
        _write(calamine.load_workbook(sys.stdin.buffer), wanted, out)
    except calamine.PasswordError:
        json.dump({"error": "encrypted"}, out)
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError):
        json.dump({"error": "broken"}, out)
    out.flush()


if __name__ == "__main__":
    main()
