"""Outlines of territories that never overlap: the ground nearest to their homes.

The plane is divided among the homes (Voronoi), what belongs to one territory is taken together, and
points of nobody's in the open keep it near the homes. Two territories that meet share the very
same border, so what lies inside one lies inside no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from outreach.routing import polygons, tracing
from outreach.routing.field import Floats, Ints
from outreach.routing.tracing import NOBODY, Outline

#: Nobody's points keep so far from homes: a border in the open is half of it to 40 metres away.
_CLEAR = 50.0
#: At most so many of them: where homes lie far apart all over a district, outlines are coarser.
_MOST_NOBODYS = 60_000
#: Homes closer together than this are at one place.
_SAME = 0.05
#: Where homes of several territories share a place, each has a slice of it around the place.
_SLICE = 0.5
#: Corners closer together than this are one corner.
_CORNER = 0.002
#: Along a border that was drawn, nobody's points are no closer together than this.
_FENCE = 0.5
#: Metres from all homes at which nobody's points no longer matter.
_FAR = 10_000.0
#: Degrees without a home beyond which each part is divided on its own: exact wherever it lies.
_GAP = 0.1
_METRES_PER_DEGREE = 111_195.0


def around(
    points: ArrayLike, owners: ArrayLike, taken: Sequence[polygons.Polygon] = ()
) -> dict[int, Outline]:
    """For each owner (0 and up) of homes at (lon, lat) its polygons, none over another's.

    None reaches over a polygon that is `taken` either: homes in there have no ground of their own.
    """
    spots = np.asarray(points, np.float64).reshape(-1, 2)
    whose = np.asarray(owners, np.int64).reshape(-1)
    if taken:
        free = ~polygons.inside(spots, taken)
        spots, whose = spots[free], whose[free]
    rings = [np.asarray(ring, np.float64)[:, :2] for polygon in taken for ring in polygon]
    found: dict[int, Outline] = {}
    for homes in _parts(spots):
        for owner, outline in _divided(spots[homes], whose[homes], rings):
            found.setdefault(owner, []).extend(outline)
    return found


def _parts(spots: Floats) -> Iterator[Ints]:
    """Homes by where they are, in parts that lie far from each other."""
    if not len(spots):
        return
    strips = np.zeros(spots.shape, np.int64)
    for axis in (0, 1):
        order = np.argsort(spots[:, axis])
        strips[order[1:], axis] = np.cumsum(np.diff(spots[order, axis]) > _GAP)
    _strips, part = np.unique(strips, axis=0, return_inverse=True)
    for number in range(int(part.max()) + 1):
        yield np.flatnonzero(part.reshape(-1) == number)


@dataclass(frozen=True, slots=True)
class _Plane:
    """Degrees as metres from a corner, and back."""

    corner: Floats
    scale: Floats

    @classmethod
    def of(cls, spots: Floats) -> "_Plane":
        shrink = max(float(np.cos(np.radians(spots[:, 1].mean()))), 0.01)  # not at the poles
        return cls(spots.min(axis=0), np.array([shrink, 1.0]) * _METRES_PER_DEGREE)

    def metres(self, spots: Floats) -> Floats:
        return (spots - self.corner) * self.scale

    def degrees(self, metres: Floats) -> Floats:
        return np.round(metres / self.scale + self.corner, 8)


def _divided(spots: Floats, whose: Ints, rings: Sequence[Floats]) -> Iterator[tuple[int, Outline]]:
    plane = _Plane.of(spots)
    homes, owners = _seeds(plane.metres(spots), whose)
    fences = _fences([plane.metres(ring) for ring in rings], homes)
    seeds = np.concatenate([homes, _nobodys(homes), fences])
    owners = np.append(owners, np.full(len(seeds) - len(owners), NOBODY))
    mesh = Voronoi(seeds)
    ends = np.asarray(mesh.ridge_vertices, np.int64).reshape(-1, 2)
    sides = np.asarray(mesh.ridge_points, np.int64)
    real = (ends >= 0).all(axis=1)
    ends, sides = ends[real], sides[real]
    corner = _corners(mesh.vertices, ends)
    border = owners[sides[:, 0]] != owners[sides[:, 1]]
    ends, sides = ends[border], sides[border]
    along = mesh.vertices[ends[:, 1]] - mesh.vertices[ends[:, 0]]
    across = seeds[sides[:, 0]] - seeds[sides[:, 1]]
    right = along[:, 0] * across[:, 1] < along[:, 1] * across[:, 0]
    sides[right] = sides[right, ::-1]  # the first is on the left of the edge
    yield from tracing.outlines(owners[sides], corner[ends], plane.degrees(mesh.vertices))


def _seeds(metres: Floats, whose: Ints) -> tuple[Floats, Ints]:
    """Where the ground of each owner grows from: the homes, or around a place that they share."""
    grid = np.round(metres / _SAME).astype(np.int64)
    shares = np.unique(np.column_stack([grid, whose]), axis=0)
    cells, first, place, count = np.unique(
        shares[:, :2], axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    places, place = cells * _SAME, place.reshape(-1)
    radius = np.zeros(len(places))
    shared = count > 1
    if shared.any():
        apart = cKDTree(places).query(places[shared], 2)[0][:, 1]
        radius[shared] = np.minimum(apart / 4, _SLICE)
    turn = 2 * np.pi * (np.arange(len(shares)) - first[place]) / count[place]
    offset = radius[place, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return places[place] + offset, shares[:, 2]


def _nobodys(homes: Floats) -> Floats:
    """Points in the open, a band of them around all homes."""
    clear = _CLEAR
    while len(found := _lattice(homes, clear)) > _MOST_NOBODYS:
        clear *= 2
    return found


def _lattice(homes: Floats, clear: float) -> Floats:
    """Points of a lattice of triangles at least so far from all homes, and not much farther."""
    pitch = clear / 2
    width = clear + 1.2 * pitch  # enough: in every direction some point is nearer than that
    basis = pitch * np.array([[1.0, 0.0], [0.5, 0.75**0.5]])
    reach = int(width / pitch) + 3
    steps = np.indices((2 * reach + 1, 2 * reach + 1)).reshape(2, -1).T - reach
    steps = steps[np.hypot(*(steps @ basis).T) <= width + pitch]
    cells = np.round(homes @ np.linalg.inv(basis)).astype(np.int64)
    off = cells @ basis - homes
    low = cells.min(axis=0) - reach
    rows = int(cells[:, 1].max()) + reach + 1 - int(low[1])
    keys = (cells - low) @ np.array([rows, 1])
    marks = []  # twice the number of a lattice point, and one more where it is clear of that home
    for step, shift in zip(steps @ np.array([rows, 1]), steps @ basis, strict=True):
        apart = np.hypot(*(off + shift).T)
        near = apart <= width
        marks.append((keys[near] + step) * 2 + (apart[near] >= clear))
    seen = np.sort(np.concatenate(marks))
    first = np.append(True, seen[1:] // 2 > seen[:-1] // 2)
    found = seen[first & (seen % 2 == 1)] // 2  # no home marked it otherwise
    points: Floats = (np.column_stack(np.divmod(found, rows)) + low) @ basis
    return points


def _fences(rings: Sequence[Floats], homes: Floats) -> Floats:
    """Points along rings: so many that no home is nearer to any spot of a ring than they are."""
    if not rings:
        return np.zeros((0, 2))
    tree = cKDTree(homes)
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    found = [starts]
    while len(starts):
        middle = (starts + ends) / 2
        half = np.hypot(*(ends - starts).T) / 2
        split = (tree.query(middle)[0] < half) & (half > _FENCE)
        middle = middle[split]
        starts, ends = (
            np.concatenate([starts[split], middle]),
            np.concatenate([middle, ends[split]]),
        )
        found.append(middle)
    fence: Floats = np.unique(np.round(np.concatenate(found) / _SAME), axis=0) * _SAME
    apart = tree.query(fence)[0]
    near: Floats = fence[(apart > _SAME) & (apart < _FAR)]
    return near


def _corners(spots: Floats, ends: Ints) -> Ints:
    """For each corner the one that stands for it and those it cannot be told from."""
    short = ends[np.hypot(*(spots[ends[:, 0]] - spots[ends[:, 1]]).T) < _CORNER]
    size = len(spots)
    same = coo_matrix((np.ones(len(short), np.int8), tuple(short.T)), shape=(size, size))
    _count, group = connected_components(same, directed=False)
    _groups, first = np.unique(group, return_index=True)
    corner: Ints = first[group]
    return corner
