"""Cuts a team's homes into territories of equal work that keep inside neighbourhoods.

Work is the minutes at the door and the minutes to get there along the alleys. A cut is made
afresh, or evened out from the one that people know; either way territories then keep the name of
the old one that most of their homes come from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay, QhullError

from outreach.routing import borders, turf
from outreach.routing.field import Floats, Ints
from outreach.routing.walking import DETOUR_FACTOR, SPEED_MPS

#: A next door farther than this is another trip: the walk counts no more.
_FARTHEST_MINUTES = 10.0
#: Mending borders looks at every home against every neighbour territory: seconds for so many.
MOST_MENDED = 4000
_METRES_PER_MINUTE = SPEED_MPS * 60 / DETOUR_FACTOR
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Homes with a point: (lat, lon), minutes at the door (0: nothing to do), neighbourhood."""

    points: Floats
    service: Floats
    #: Which neighbourhood each lies in, from 0; all 0 where borders do not count.
    units: Ints

    @property
    def walking(self) -> Floats:
        """Minutes to each open home from the one before it along the alleys."""
        minutes = np.zeros(len(self.points))
        open_ = np.flatnonzero(self.service > 0)
        if open_.size:
            spots = self.points[open_]
            order = walked(spots)
            minutes[open_[order[1:]]] = _minutes_between(spots[order[:-1]], spots[order[1:]])
        return minutes


def walked(points: Floats) -> Ints:
    """All homes in walking order, whole streets one after the other, however far apart they are.

    Along the shortest tree over all of them: its edges are among those of a triangulation.
    """
    metres = turf.flat(points)
    try:
        mesh = Delaunay(metres)
    except (QhullError, ValueError):  # too few, or all on one line
        return turf.alley_order(*turf.nearest_by_line(points), points)
    sides = np.concatenate([mesh.simplices[:, [0, 1]], mesh.simplices[:, [1, 2]],
                            mesh.simplices[:, [0, 2]], mesh.coplanar[:, [0, 2]]])  # fmt: skip
    pairs = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int32)
    apart = np.hypot(*(metres[pairs[:, 0]] - metres[pairs[:, 1]]).T).astype(np.float32)
    return turf.order_along(len(points), pairs[:, 0], pairs[:, 1], apart, points)


def _minutes_between(one: Floats, other: Floats) -> Floats:
    degrees = one - other
    degrees[:, 1] *= np.cos(np.radians(one[:, 0]))
    minutes: Floats = np.hypot(*degrees.T) * _METRES_PER_DEGREE / _METRES_PER_MINUTE
    return np.minimum(minutes, _FARTHEST_MINUTES)


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
        territory[homes] = first + _cut(ground.points[homes], work[homes], share)
        first += share
    return territory


def _cut(points: Floats, work: Floats, parts: int) -> Ints:
    territory = turf.cut(walked(points), work, parts)
    if parts > 1 and len(points) <= MOST_MENDED:
        return borders.mended(territory, *turf.nearest_by_line(points), work)
    return territory


def _shares(minutes: Floats, parts: int) -> list[int]:
    """How many territories each neighbourhood gets: one, and the rest where most work is."""
    shares = [1] * len(minutes)
    for _ in range(parts - len(minutes)):
        shares[int(np.argmax(minutes / np.array(shares)))] += 1
    return shares


def _grouped(ground: Ground, minutes: Floats, parts: int) -> Ints:
    """Whole neighbourhoods together, next to each other, as evenly as they come."""
    order = walked(ground.points)
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
        near, apart = turf.nearest_by_line(ground.points[homes])
        mended = borders.mended(local.astype(np.int64), near, apart, work[homes])
        territory[homes] = names[mended]
    return territory


def joined(points: Floats, before: Ints) -> Ints:
    """Every home in the territory of the nearest home that has one; nobody's stay -1 if all are."""
    territory = before.copy()
    known, new = np.flatnonzero(before >= 0), np.flatnonzero(before < 0)
    for home in new.tolist() if known.size else []:
        degrees = points[known] - points[home]
        degrees[:, 1] *= np.cos(np.radians(points[home, 0]))
        territory[home] = before[known[int((degrees**2).sum(axis=1).argmin())]]
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
