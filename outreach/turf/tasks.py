"""One cut as plain values that travel to another process, and what comes of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from outreach.routing.parcels import Straight, Ways
from outreach.routing.streets import cache, extract
from outreach.routing.streets.cache import OnStreets
from outreach.routing.streets.neighbours import OnFoot
from outreach.turf.cutting import Cut, Old, Sheet
from outreach.turf.geojson import Shape
from outreach.turf.models import Kind
from outreach.turf.queries import Home
from outreach.turf.walking import Walking


class Trouble(enum.StrEnum):
    """Why a cut came to nothing; each has its sentence."""

    NO_POINT = "no_point"
    NO_TURF = "no_turf"
    NONE_INSIDE = "none_inside"
    BROKE = "broke"


@dataclass(frozen=True, slots=True)
class Known:
    """A team's homes as they are: what there is to do, whose they are, how people walk there."""

    homes: Sequence[Home]
    #: Minutes at the door.
    minutes: Mapping[UUID, int]
    old: Sequence[Old]
    walking: Walking
    streets: OnStreets | None

    def sheet(self, *, cross: bool = False) -> tuple[Sheet, Walking]:
        """The homes as numbers, and where their ways really come from: an extract may be gone."""
        ways, walking = self._ways()
        return Sheet(self.homes, self.minutes, self.old, cross=cross, ways=ways), walking

    def _ways(self) -> tuple[Ways, Walking]:
        straight = Straight(self.walking.factor)
        if self.streets is None:
            return straight, self.walking
        folder, ward = Path(self.streets.folder), self.streets.ward
        try:
            source = cache.prepared(folder, self.streets.key)
            spots = [spot for home in self.homes if (spot := home.spot)]
            around = cache.around(source, spots, ward)
        except extract.BadExtract:
            return straight, self.walking.without_streets
        return OnFoot(lambda _points: around, straight), self.walking


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be cut, and how."""

    kind: Kind
    known: Known
    parts: int = 0
    #: Whether territories may cross the border between two neighbourhoods.
    cross: bool = False
    shapes: Sequence[Shape] = ()


def cut(task: Task) -> Cut | Trouble:
    """The cut, with where its walking times come from; or why there is none."""
    sheet, walking = task.known.sheet(cross=task.cross)
    if task.kind is not Kind.DRAWN and not sheet.placed:
        return Trouble.NO_POINT
    if task.kind is Kind.EVENED and not sheet.old:
        return Trouble.NO_TURF
    made = _made(sheet, task)
    if not made.turfs:
        return Trouble.NONE_INSIDE
    made.figures["walking"] = walking.figures()
    return made


def _made(sheet: Sheet, task: Task) -> Cut:
    if task.kind is Kind.EVENED:
        return sheet.evened()
    if task.kind is Kind.DRAWN:
        return sheet.drawn(task.shapes)
    return sheet.fresh(task.parts)
