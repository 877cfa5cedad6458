"""Cuts a team's homes into territories of equal work that keep inside neighbourhoods.

Work is the minutes at the door and the minutes to get there along the alleys. A cut is made
afresh, or evened out from the one that people know; either way territories then keep the name of
the old one that most of their homes come from.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay, QhullError, cKDTree

from outreach.routing import borders, turf
from outreach.routing.field import Floats, Ints
from outreach.routing.walking import DETOUR_FACTOR, SPEED_MPS

#: A next door farther than this is another trip: the walk counts no more.
_FARTHEST_MINUTES = 10.0
#: Mending borders looks at every home against every neighbour territory: seconds for so many.
MOST_MENDED = 4000
_METRES_PER_MINUTE = SPEED_MPS * 60
_METRES_PER_DEGREE = 111_195.0


class Ways(Protocol):
    """How people walk between homes: (lat, lon) points in, numbers of them and metres out."""

    def order(self, points: Floats) -> Ints:
        """All homes in walking order, whole streets one after the other."""

    def steps(self, points: Floats) -> tuple[Ints, Floats]:
        """The order, and metres to each home from the one before it."""

    def nearest(self, points: Floats) -> tuple[turf.Numbers, turf.Distances]:
        """Each home's nearest homes, and metres to them."""


@dataclass(frozen=True, slots=True)
class Straight:
    """Ways in straight lines, each so much longer when it is walked (`Ways`)."""

    factor: float = DETOUR_FACTOR

    def order(self, points: Floats) -> Ints:
        """Along the shortest tree over all homes, however far apart they are.

        Its edges are among those of a triangulation.
        """
        rows, columns, apart = self.edges(points)
        if not len(rows):  # too few, or all on one line
            return turf.alley_order(*turf.nearest_by_line(points), points)
        return turf.order_along(len(points), rows, columns, apart, points)

    def steps(self, points: Floats) -> tuple[Ints, Floats]:
        """The order, and metres to each home from the one before it."""
        order = self.order(points)
        return order, self.apart(points, order[:-1], order[1:])

    def nearest(self, points: Floats) -> tuple[turf.Numbers, turf.Distances]:
        """Each home's nearest homes, and metres to them."""
        near, apart = turf.nearest_by_line(points)
        return near, apart * np.float32(self.factor)

    def apart(self, points: Floats, one: Ints, other: Ints) -> Floats:
        """Metres between homes, pair by pair."""
        degrees = points[one] - points[other]
        degrees[:, 1] *= np.cos(np.radians(points[one, 0]))
        metres: Floats = np.hypot(*degrees.T) * _METRES_PER_DEGREE * self.factor
        return metres

    def edges(self, points: Floats) -> tuple[turf.Numbers, turf.Numbers, turf.Distances]:
        """The triangulation's edges with their metres; none where there is no triangle."""
        metres = turf.flat(points)
        try:
            mesh = Delaunay(metres)
        except (QhullError, ValueError):
            none = np.zeros(0, np.int32)
            return none, none, np.zeros(0, np.float32)
        sides = np.concatenate([mesh.simplices[:, [0, 1]], mesh.simplices[:, [1, 2]],
                                mesh.simplices[:, [0, 2]], mesh.coplanar[:, [0, 2]]])  # fmt: skip
        pairs = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int32)
        apart = np.hypot(*(metres[pairs[:, 0]] - metres[pairs[:, 1]]).T) * self.factor
        return pairs[:, 0], pairs[:, 1], apart.astype(np.float32)


#: Where nothing is known of the streets.
STRAIGHT = Straight()


@dataclass(frozen=True, slots=True)
class Ground:
    """Homes with a point: (lat, lon), minutes at the door (0: nothing to do), neighbourhood."""

    points: Floats
    service: Floats
    #: Which neighbourhood each lies in, from 0; all 0 where borders do not count.
    units: Ints
    ways: Ways = STRAIGHT

    @property
    def walking(self) -> Floats:
        """Minutes to each open home from the one before it along the alleys."""
        minutes = np.zeros(len(self.points))
        open_ = np.flatnonzero(self.service > 0)
        if open_.size:
            order, metres = self.ways.steps(self.points[open_])
            minutes[open_[order[1:]]] = np.minimum(metres / _METRES_PER_MINUTE, _FARTHEST_MINUTES)
        return minutes


def fresh(ground: Ground, work: Floats, parts: int) -> Ints:
    """The territory (0 to parts-1) of each home.

    No territory reaches over two neighbourhoods; where there are fewer territories than
    neighbourhoods, no neighbourhood is divided.
    """
    if parts < 1:
        raise ValueError("there must be at least one territory")
    count = int(ground.units.max(initial=-1)) + 1
    minutes: Floats = np.bincount(ground.units, weights=work, minlength=count).astype(np.float64)
    if count > parts:
        return _grouped(ground, minutes, parts)
    shares = _shares(minutes, parts)
    territory = np.zeros(len(ground.points), np.int64)
    first = 0
    for unit, share in enumerate(shares):
        homes = np.flatnonzero(ground.units == unit)
        territory[homes] = first + _cut(ground, homes, work[homes], share)
        first += share
    return territory


def _cut(ground: Ground, homes: Ints, work: Floats, parts: int) -> Ints:
    points = ground.points[homes]
    territory = turf.cut(ground.ways.order(points), work, parts)
    if parts > 1 and len(points) <= MOST_MENDED:
        return borders.mended(territory, *ground.ways.nearest(points), work)
    return territory


def _shares(minutes: Floats, parts: int) -> list[int]:
    """How many territories each neighbourhood gets: one, and the rest where most work is."""
    shares = [1] * len(minutes)
    for _ in range(parts - len(minutes)):
        shares[int(np.argmax(minutes / np.array(shares)))] += 1
    return shares


def _grouped(ground: Ground, minutes: Floats, parts: int) -> Ints:
    """Whole neighbourhoods together, next to each other, as evenly as they come."""
    order = ground.ways.order(ground.points)
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    size = np.maximum(np.bincount(ground.units, minlength=len(minutes)), 1)
    along = np.argsort(np.bincount(ground.units, weights=rank, minlength=len(minutes)) / size)
    group = np.empty(len(minutes), np.int64)
    group[along] = _runs(minutes[along], parts)
    territory: Ints = group[ground.units]
    return territory


def _runs(minutes: Floats, parts: int) -> Ints:
    """A row of amounts in `parts` runs, none empty, whose greatest sum is least."""
    size, total = len(minutes), np.concatenate([[0.0], np.cumsum(minutes)])
    best = np.full((parts + 1, size + 1), np.inf)
    came = np.zeros((parts + 1, size + 1), np.int64)
    best[0, 0] = 0.0
    for part in range(1, parts + 1):
        for stop in range(part, size + 1):
            worst = np.maximum(best[part - 1, :stop], total[stop] - total[:stop])
            came[part, stop] = int(worst.argmin())
            best[part, stop] = worst.min()
    run, stop = np.empty(size, np.int64), size
    for part in range(parts, 0, -1):
        start = int(came[part, stop])
        run[start:stop] = part - 1
        stop = start
    return run


def evened(ground: Ground, work: Floats, before: Ints) -> Ints:
    """The territories people know, evened out over their borders with as few moves as it takes.

    `before` is -1 for homes that are in none yet: they join their nearest neighbour's.
    """
    territory = joined(ground.points, before)
    for unit in np.unique(ground.units).tolist():
        homes = np.flatnonzero(ground.units == unit)
        names, local = np.unique(territory[homes], return_inverse=True)
        if len(names) < 2 or len(homes) > MOST_MENDED:
            continue
        near, apart = ground.ways.nearest(ground.points[homes])
        mended = borders.mended(local.astype(np.int64), near, apart, work[homes])
        territory[homes] = names[mended]
    return territory


def joined(points: Floats, before: Ints) -> Ints:
    """Every home in the territory of the nearest home that has one; nobody's stay -1 if all are."""
    territory = before.copy()
    known, new = np.flatnonzero(before >= 0), np.flatnonzero(before < 0)
    if known.size and new.size:
        metres = turf.flat(points)
        _far, nearest = cKDTree(metres[known]).query(metres[new])
        territory[new] = before[known[nearest]]
    return territory


def named_as_before(territory: Ints, before: Ints, parts: int) -> list[int | None]:
    """For each new territory the old one whose place it takes, so that fewest homes change.

    `before` is -1 for homes that were in none.
    """
    old = int(before.max(initial=-1)) + 1
    both = before >= 0
    shared = np.zeros((parts, old))
    np.add.at(shared, (territory[both], before[both]), 1)
    names: list[int | None] = [None] * parts
    for new, kept in zip(*linear_sum_assignment(-shared), strict=True):
        if shared[new, kept]:
            names[int(new)] = int(kept)
    return names


def even(minutes: ArrayLike) -> float:
    """Most over mean; 1.0 is perfectly even."""
    work = np.asarray(minutes, np.float64)
    mean = float(work.mean()) if work.size else 0.0
    return float(work.max()) / mean if mean > 0 else 1.0
