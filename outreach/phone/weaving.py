"""How many pages that are much alike travel as little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

#: What differs most between cards that are else alike.
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
#: No page has this character.
MARK = "\x1a"


@dataclass(frozen=True, slots=True)
class Woven:
    """Pages that share their lines."""

    #: Every line once, with `MARK n MARK` where the page's id number n stands.
    lines: list[str]
    #: Each page: its lines as runs (first, how many, first, how many, …), and its ids.
    pages: dict[str, tuple[list[int], list[str]]]


def woven(pages: Mapping[str, str]) -> Woven:
    """The cards of a route in a tenth of their room.

    They share most of their lines, but lie too far apart for gzip to see it.
    """
    places: dict[str, int] = {}
    found = {}
    for path, page in pages.items():
        ids: dict[str, int] = {}
        runs: list[int] = []
        for line in _ID.sub(partial(_numbered, ids), page).split("\n"):
            place = places.setdefault(line, len(places))
            if runs and runs[-2] + runs[-1] == place:
                runs[-1] += 1
            else:
                runs += (place, 1)
        found[path] = (runs, list(ids))
    return Woven(list(places), found)


def _numbered(ids: dict[str, int], match: re.Match[str]) -> str:
    return f"{MARK}{ids.setdefault(match[0], len(ids))}{MARK}"
