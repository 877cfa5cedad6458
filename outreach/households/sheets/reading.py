"""Opens a file of any kind we take, within bounds, and streams its rows."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from outreach.households.sheets import delimited
from outreach.households.sheets.kinds import Cell, Unreadable, WhyUnreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """Far above any real list, far below what could hurt the machine."""

    #: Size of the file as uploaded.
    file_bytes: int = 20_000_000
    #: Size of its parts when unpacked: .xlsx and .ods are zip files.
    unpacked_bytes: int = 300_000_000
    #: Rows of the sheet, with titles and headings.
    rows: int = 110_000
    columns: int = 100
    #: Characters kept of one cell; the fields have their own, smaller bounds.
    cell: int = 5_000


LIMITS = Limits()

# ((top, left), (bottom, right)), all inclusive and from 0.
Merged = list[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(slots=True)
class Sheet:
    """One worksheet; its rows can be read once, while it is open."""

    #: The visible worksheets of the file; one empty name for a text file.
    names: list[str]
    name: str
    #: Every row from the first line of the file on, so that row n is number n + 1.
    rows: Iterator[list[Cell]]
    #: The sheet's column that the first cell of each row is in.
    left: int = 0
    merged: Merged = field(default_factory=list)


_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_KINDS = {".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt"}
_TEXT_KINDS = {".csv", ".tsv", ".txt"}


@contextmanager
def opened(
    content: bytes, filename: str, *, sheet: str = "", limits: Limits = LIMITS
) -> Iterator[Sheet]:
    """The named worksheet, or the first that has rows. Raises Unreadable, also while reading."""
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(WhyUnreadable.EMPTY)
    if len(content) > limits.file_bytes:
        raise Unreadable(WhyUnreadable.TOO_LARGE, limit=limits.file_bytes)
    if _is_workbook(content, filename):
        with _workbook(content, sheet, limits) as book:
            yield book
    else:
        rows = delimited.rows(content)
        yield Sheet([""], "", _bounded(rows, limits))


def _is_workbook(content: bytes, filename: str) -> bool:
    """By what it is; a name only decides where the bytes do not."""
    if content.startswith(_OLE):
        if _ENCRYPTED_STREAM in content:
            raise Unreadable(WhyUnreadable.ENCRYPTED)
        return True
    if content.startswith((_ZIP, *_OLD_BIFF)):
        return True
    suffix = Path(filename.lower()).suffix
    if suffix not in _KINDS:
        raise Unreadable(WhyUnreadable.UNKNOWN_KIND)
    if suffix not in _TEXT_KINDS:
        raise Unreadable(WhyUnreadable.BROKEN)
    return False


def _bounded(rows: Iterator[list[Cell]], limits: Limits) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows):
        if number >= limits.rows:
            raise Unreadable(WhyUnreadable.TOO_MANY_ROWS, limit=limits.rows)
        if len(row) > limits.columns:
            raise Unreadable(WhyUnreadable.TOO_MANY_COLUMNS, limit=limits.columns)
        yield [c[: limits.cell] if isinstance(c, str) else c for c in row]


# --- workbooks ----------------------------------------------------------------------------
@contextmanager
def _workbook(content: bytes, sheet: str, limits: Limits) -> Iterator[Sheet]:
    if content.startswith(_ZIP):
        _check_unpacked(content, limits)
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        script = Path(__file__).with_name("workbook.py")
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", str(script), sheet],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _from_child(cast("IO[bytes]", child.stdout), limits)
        finally:
            child.kill()
            child.communicate()


def _from_child(lines: IO[bytes], limits: Limits) -> Sheet:
    head = _decoded(lines.readline())
    if not isinstance(head, dict):
        raise Unreadable(WhyUnreadable.BROKEN)
    if "error" in head:
        raise Unreadable(WhyUnreadable(head["error"]))
    if head["width"] > limits.columns:
        raise Unreadable(WhyUnreadable.TOO_MANY_COLUMNS, limit=limits.columns)
    merged = [((top, left), (bottom, right)) for (top, left), (bottom, right) in head["merged"]]
    rows = _bounded(_rows_of(lines, head["height"]), limits)
    return Sheet(head["names"], head["name"], rows, left=head["left"], merged=merged)


def _rows_of(lines: IO[bytes], expected: int) -> Iterator[list[Cell]]:
    """The child may end early (out of memory, out of time): fewer rows than promised is broken."""
    seen = 0
    for line in lines:
        cells = _decoded(line)
        if not isinstance(cells, list):
            raise Unreadable(WhyUnreadable.BROKEN)
        seen += 1
        yield [date.fromisoformat(c[0]) if isinstance(c, list) else c for c in cells]
    if seen < expected:
        raise Unreadable(WhyUnreadable.BROKEN)


def _decoded(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise Unreadable(WhyUnreadable.BROKEN) from None


_CHUNK = 1 << 20


def _check_unpacked(content: bytes, limits: Limits) -> None:
    """Unpacks everything once, keeping nothing: the sizes that a zip file declares may be lies."""
    unpacked = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for chunk in _chunks(archive, limits.unpacked_bytes):
                unpacked += len(chunk)
                if unpacked > limits.unpacked_bytes:
                    raise Unreadable(WhyUnreadable.TOO_LARGE, limit=limits.unpacked_bytes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        raise Unreadable(WhyUnreadable.BROKEN) from None


def _chunks(archive: zipfile.ZipFile, most: int) -> Iterator[bytes]:
    for part in archive.infolist():
        if part.flag_bits & 1:
            raise Unreadable(WhyUnreadable.ENCRYPTED)
        part.file_size = most + _CHUNK
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
