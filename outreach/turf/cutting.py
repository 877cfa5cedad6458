"""A team's homes as numbers, cut by `routing.parcels`, and back as territories with names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from outreach.routing import parcels, polygons
from outreach.routing.parcels import STRAIGHT, Ground, Ways
from outreach.turf.geojson import Shape
from outreach.turf.queries import Home

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Old:
    """A territory that is there now."""

    id: UUID
    number: int
    name: str
    outline: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Cut:
    """What is proposed: territories as JSON, and figures about all of them."""

    turfs: list[dict[str, Any]]
    figures: dict[str, Any]


class Sheet:
    """The homes of some neighbourhoods, with the minutes of work in each."""

    def __init__(
        self,
        homes: Sequence[Home],
        minutes: Mapping[UUID, int],
        old: Sequence[Old],
        *,
        cross: bool = False,
        ways: Ways = STRAIGHT,
    ) -> None:
        self.homes, self.old = homes, old
        #: Those with a point; the others go where the address before them goes.
        self.placed = [n for n, home in enumerate(homes) if home.latitude is not None]
        here = [homes[n] for n in self.placed]
        units = np.zeros(len(here), np.int64)
        if not cross:
            known = sorted({home.unit for home in here})
            units = np.array([known.index(home.unit) for home in here], np.int64)
        self.service = np.array([minutes.get(home.id, 0) for home in homes], np.float64)
        self.ground = Ground(
            np.array([(h.latitude, h.longitude) for h in here], np.float64).reshape(-1, 2),
            self.service[self.placed],
            units.reshape(-1),
            ways,
        )
        self.walking = np.zeros(len(homes))
        self.walking[self.placed] = self.ground.walking
        number = {one.id: n for n, one in enumerate(old)}
        self.before = np.array(
            [number.get(home.turf_id, -1) if home.turf_id else -1 for home in homes], np.int64
        )

    @property
    def work(self) -> NDArray[np.float64]:
        return self.service + self.walking

    def fresh(self, parts: int) -> Cut:
        """So many territories, cut anew; each takes the place of the old one most like it."""
        parts = min(parts, max(1, len(self.placed)))
        territory = self._of_all(parcels.fresh(self.ground, self.work[self.placed], parts))
        names = parcels.named_as_before(territory, self.before, parts)
        return self._cut(territory, [self.old[n] if n is not None else None for n in names])

    def evened(self) -> Cut:
        """The territories there are, evened out over their borders."""
        known = self.before[self.placed]
        evened = parcels.evened(self.ground, self.work[self.placed], known)
        territory = self._of_all(evened, kept=True)
        return self._cut(territory, list(self.old))

    def drawn(self, shapes: Sequence[Shape]) -> Cut:
        """Homes by the shape they lie in; those outside of all join the nearest home's."""
        spots = self.ground.points[:, ::-1]
        territory = np.full(len(spots), -1, np.int64)
        twice = 0
        for number, shape in enumerate(shapes):
            within = polygons.inside(spots, shape.polygons)
            twice += int((within & (territory >= 0)).sum())
            territory[within & (territory < 0)] = number
        outside = int((territory < 0).sum())
        if outside == len(spots):  # nothing to be near to: not of this ward at all
            return Cut([], {"outside": outside})
        all_ = self._of_all(parcels.joined(self.ground.points, territory))
        names = parcels.named_as_before(all_, self.before, len(shapes))
        made = self._cut(
            all_, [self.old[n] if n is not None else None for n in names], shapes=shapes
        )
        made.figures.update(outside=outside, twice=twice)
        return made

    def joined(self) -> dict[UUID, int]:
        """The old territory, by number, that each home in none belongs to by where it is."""
        placed = parcels.joined(self.ground.points, self.before[self.placed])
        territory = self._of_all(placed, kept=True)
        new = np.flatnonzero((self.before < 0) & (territory >= 0)).tolist()
        return {self.homes[n].id: int(territory[n]) for n in new}

    def counted(self, new: Mapping[UUID, UUID]) -> dict[UUID, tuple[int, int, int]]:
        """Open homes, minutes at doors and minutes of walking in each territory as it stands."""
        row = {old.id: n for n, old in enumerate(self.old)}
        now = (new.get(home.id, home.turf_id) for home in self.homes)
        ids = np.array([row.get(turf_id, -1) if turf_id else -1 for turf_id in now], np.int64)
        return {
            old.id: (
                int((self.service[ids == n] > 0).sum()),
                round(float(self.service[ids == n].sum())),
                round(float(self.walking[ids == n].sum())),
            )
            for n, old in enumerate(self.old)
        }

    def _of_all(self, territory: Ints, *, kept: bool = False) -> Ints:
        """Also of homes without a point: where they were (`kept`), or with the next address."""
        found = self.before.copy() if kept else np.full(len(self.homes), -1, np.int64)
        found[self.placed] = territory
        for one, other in (*self._next_doors(), *((b, a) for a, b in self._next_doors()[::-1])):
            if found[other] < 0:
                found[other] = found[one]
        return np.where(found < 0, max(0, int(found.max(initial=-1))), found)

    def _next_doors(self) -> list[tuple[int, int]]:
        """Homes after each other in a neighbourhood's list of addresses."""
        units = [home.unit for home in self.homes]
        return [(n, n + 1) for n in range(len(units) - 1) if units[n] == units[n + 1]]

    def _cut(
        self,
        territory: Ints,
        names: Sequence[Old | None],
        shapes: Sequence[Shape] | None = None,
    ) -> Cut:
        free = _free_numbers({one.number for one in names if one})
        turfs = []
        for part, old in enumerate(names):
            homes = np.flatnonzero(territory == part)
            if not homes.size:
                continue
            shape = shapes[part] if shapes else None
            turfs.append(self._turf(homes, old, shape, old.number if old else next(free)))
        turfs.sort(key=lambda turf: turf["number"])
        return Cut(turfs, self._figures(territory, names, turfs))

    def _turf(
        self, homes: Ints, old: Old | None, shape: Shape | None, number: int
    ) -> dict[str, Any]:
        name = (shape.name if shape else "") or (old.name if old else "")
        return {
            "id": str(old.id) if old else None,
            "number": number,
            "name": name,
            "outline": shape.geometry if shape else None,
            "service": round(float(self.service[homes].sum())),
            "walking": round(float(self.walking[homes].sum())),
            "open": int((self.service[homes] > 0).sum()),
            "homes": [str(self.homes[n].id) for n in homes.tolist()],
        }

    def _figures(
        self, territory: Ints, names: Sequence[Old | None], turfs: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:
        ids = [one.id if one else None for one in names]
        was = [home.turf_id for home in self.homes]
        now = [ids[part] for part in territory.tolist()]
        moved = sum(w is not None and n != w for w, n in zip(was, now, strict=True))
        minutes = [turf["service"] + turf["walking"] for turf in turfs]
        return {
            "homes": len(self.homes),
            "open": int((self.service > 0).sum()),
            "moved": moved,
            "new": sum(w is None for w in was),
            "no_point": len(self.homes) - len(self.placed),
            "even": round(parcels.even(minutes), 2),
            "minutes": sum(minutes),
        }


def _free_numbers(taken: set[int]) -> Iterator[int]:
    number = 1
    while True:
        if number not in taken:
            yield number
        number += 1
