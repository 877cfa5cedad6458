"""Text files with separators: finds out their encoding and separator, and streams their rows."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from outreach.households.sheets.kinds import Cell, Unreadable, WhyUnreadable

_CHUNK = 1 << 16
_SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 40
_HINT = "sep="


def encoding(content: bytes) -> str:
    """UTF-8, UTF-16 or, for what Vietnamese Windows programs saved, cp1258."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:_CHUNK]
    nulls = head.count(0)
    if nulls > len(head) // 8:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8" if _is_utf8(content) else "cp1258"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text(content: bytes, named: str) -> TextIOWrapper:
    return TextIOWrapper(BytesIO(content), encoding=named, errors="replace", newline="")


def separator(sample: list[str]) -> str:
    """The one that cuts most of the sample's lines into the same number of pieces."""

    def agreement(candidate: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=candidate) if row)
        wide = [(count, width) for width, count in widths.items() if width > 1]
        return max(wide, default=(0, 0))

    return max(_SEPARATORS, key=agreement)


def rows(content: bytes) -> Iterator[list[Cell]]:
    """Every record, blank ones too, so that numbers agree with what a spreadsheet shows."""
    try:
        yield from _rows(content)
    except (csv.Error, UnicodeError):
        raise Unreadable(WhyUnreadable.BROKEN) from None


def _rows(content: bytes) -> Iterator[list[Cell]]:
    named = encoding(content)
    with _text(content, named) as head:
        sample = [line for _, line in zip(range(_SAMPLE_ROWS), head, strict=False)]
    hinted = sample[0].strip().strip('"') if sample else ""
    is_hint = hinted.lower().startswith(_HINT) and len(hinted) == len(_HINT) + 1
    delimiter = hinted[-1] if is_hint else separator(sample)
    with _text(content, named) as stream:
        for number, row in enumerate(csv.reader(stream, delimiter=delimiter)):
            if number or not is_hint:
                yield list[Cell](row)
