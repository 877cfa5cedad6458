"""Adds the neighbourhoods and cells that only a sheet knows, named as the tree names its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import text
from outreach.households import placing
from outreach.places import queries as tree
from outreach.places import services as places
from outreach.places.models import Area, Level
from outreach.places.services import by_hand


def add_areas(
    session: orm.Session,
    top: Area,
    unknown: Iterable[tuple[str, str]],
    *,
    today: date,
    actor: User,
    now: datetime,
) -> tuple[dict[tuple[str, str], Area], int]:
    """((neighbourhood, cell) as the sheet calls them -> the area; how many were added).

    "KP 5" and "Khu phố 05" become one. Where nothing can be added the nearest area stands in.
    """
    known = tree.parts(session, top)
    finder = placing.Finder(top, known)

    def add(parent: Area, called: str) -> Area:
        level = by_hand.level_below(parent)
        if level is None:
            return parent
        kind, name = kind_and_name(called, _usual_kind(parent, level))
        area = places.add(session, parent, kind=kind, name=name, since=today, actor=actor, now=now)
        finder.learn(area)
        return area

    found: dict[tuple[str, str], Area] = {}
    for name, cell in sorted(unknown):
        part = finder.find(name, "") or add(top, name)
        if cell:
            part = finder.find(name, cell) or add(part, cell)
        found[name, cell] = part
    session.flush()
    return found, len(tree.parts(session, top)) - len(known)


def _usual_kind(parent: Area, level: Level) -> str:
    """Cells are tổ; a ward has khu phố, a rural commune ấp."""
    if level is Level.CELL:
        return "Tổ"
    return "Khu phố" if parent.kind == "Phường" else "Ấp"


_KINDS = {
    "khu pho": "Khu phố",
    "kp": "Khu phố",
    "to dan pho": "Tổ dân phố",
    "tdp": "Tổ dân phố",
    "to nhan dan": "Tổ nhân dân",
    "to dan cu": "Tổ dân cư",
    "khom": "Khóm",
    "thon": "Thôn",
    "ban": "Bản",
    "ap": "Ấp",
    "to": "Tổ",
}
_NAMED = re.compile(r"(" + "|".join(_KINDS) + r")(?:[\s.:]+|(?=\d))(.+)")


def kind_and_name(name: str, usual: str) -> tuple[str, str]:
    """Khu phố and Đông Tác, of "KP. ĐÔNG TÁC"; a bare name gets the usual kind."""
    line = text.clean(name)
    named = _NAMED.fullmatch(text.fold(line))
    bare = line[named.start(2) :].strip() if named and len(text.fold(line)) == len(line) else line
    kind = _KINDS[named.group(1)] if named and bare != line else usual
    shouted = bare.isupper() and any(c.isalpha() for c in bare) and len(bare) > 1
    return kind, bare.title() if shouted else bare.lstrip("0") or bare
