"""Which area a sheet means by "KP 3", "khu phố 03" or "Đông Tác": pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from outreach.core import text
from outreach.places.models import Area, Level

_KINDS = re.compile(
    r"^(?:khu pho|kp|to dan pho|tdp|to nhan dan(?: tu quan)?|to dan cu|to tu quan|khu|ap|thon|ban"
    r"|khom|to|cum|quarter|hamlet|neighbou?rhood|cell)\b[\s.:]*(?=\S)"
)
_ZEROS = re.compile(r"\b0+(?=\d)")


def key(name: str) -> str:
    """Without its kind, its zeros and its punctuation: "KP. 03" is "3"."""
    bare = _KINDS.sub("", re.sub(r"(?<=[a-z])(?=\d)", " ", text.fold(name)))
    return " ".join(_ZEROS.sub("", re.sub(r"[^\w]+", " ", bare)).split())


class Finder:
    """Finds the parts of one area by what sheets call them."""

    def __init__(self, top: Area, parts: Sequence[Area]) -> None:
        self._top = top
        self._whole: dict[tuple[UUID | None, str], Area] = {}
        self._bare: dict[tuple[UUID | None, str], Area | None] = {}
        self._found: dict[tuple[str, str], Area | None] = {}
        for part in (*parts, *([top] if top not in parts else [])):
            self.learn(part)

    def learn(self, part: Area) -> None:
        """One more area to find; a bare name that two share is found by neither."""
        above = None if part.level is not Level.CELL else part.parent_id
        self._whole[above, text.fold(part.full_name)] = part
        bare = (above, key(part.name))
        self._bare[bare] = None if bare in self._bare else part
        self._found.clear()

    def find(self, area: str, cell: str) -> Area | None:
        """The area itself where the sheet names none; None where it names one we do not have."""
        named = (area, cell)
        if named not in self._found:
            self._found[named] = self._look(area, cell)
        return self._found[named]

    def _look(self, area: str, cell: str) -> Area | None:
        part = self._named(None, area) if area else self._top
        if part is None or not cell:
            return part
        return self._named(part.id, cell)

    def _named(self, above: UUID | None, name: str) -> Area | None:
        return self._whole.get((above, text.fold(name))) or self._bare.get((above, key(name)))
