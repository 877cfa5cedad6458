"""On which line of a definition's text a key stands, for telling people where to look. Pure."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\s*([\w.]+)\s*\]")
_KEY = re.compile(r"\s*([\w.]+)\s*=")


def line_of(text: str, key: str) -> int:
    """The line (from 1) of `states.begun.next`, or of what holds it where it is missing."""
    best, found, table = -1, 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            place = table = header[1]
        elif named := _KEY.match(line):
            place = f"{table}.{named[1]}".removeprefix(".")
        else:
            continue
        if f"{key}.".startswith(f"{place}.") and len(place) > best:
            best, found = len(place), number
    return found
