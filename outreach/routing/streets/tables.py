"""Walking between doors along the streets: metres from each to each, and the line to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from outreach.routing.problem import Walks
from outreach.routing.streets.doors import Doors, near, snap
from outreach.routing.streets.graph import Floats, Ints, Streets, shortest
from outreach.routing.walking import walk_matrix

#: Ways longer than this are not searched for: nobody walks them between two homes, and the search
#: would cost several times as much. They count as far beyond it.
LIMIT_M = 6_000.0
#: A way beyond the limit: its straight line times this.
_FAR_FACTOR = 2.0
#: A tenth more than the map says: gates, stairs, waiting to cross.
BUFFER = 1.10
#: A door farther than this from every street is not reached by any we know of: a straight line
#: says more than a way round to the nearest of them.
FAR_M = 250.0
#: Distances kept at once while searching (float64).
_SCRATCH = 4_000_000


@dataclass(frozen=True)
class Town:
    """The streets around some doors, cut at each door: what ways are searched in."""

    streets: Streets
    doors: Doors
    graph: csr_matrix
    #: The graph's node for each door.
    node: Ints


@dataclass(frozen=True)
class Table:
    """Metres between places along the streets (inf: too far), and from the street to each door."""

    metres: Floats
    access: Floats


def town(streets: Streets, points: ArrayLike) -> Town:
    """The streets around (lat, lon) points with the points on them."""
    around = near(streets, points)
    doors = snap(around, points)
    size = around.crossings
    order = np.lexsort((doors.along, doors.piece))
    node = np.empty(len(order), np.int64)
    node[order] = size + np.arange(len(order))
    piece, along = doors.piece[order], doors.along[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = piece[1:] != piece[:-1]
    last = np.roll(first, -1)
    here = node[order]
    before = np.where(first, around.tail[piece], np.roll(here, 1))
    gap = np.where(first, along, along - np.roll(along, 1))
    end = piece[last]
    plain = np.ones(len(around.first), np.bool_)
    plain[piece] = False
    rows = np.r_[around.tail[plain], before, here[last]]
    columns = np.r_[around.head[plain], here, around.head[end]]
    length = np.r_[around.length[plain], gap, around.length[end] - along[last]]
    return Town(around, doors, shortest(rows, columns, length, size + len(order)), node)


def metres(place: Town, rows: Ints | None = None) -> Floats:
    """Metres from the doors in `rows` (all) to every door; inf beyond `LIMIT_M`."""
    doors = place.doors
    asked = np.arange(len(place.node)) if rows is None else rows
    table = np.empty((len(asked), len(place.node)), np.float32)
    block = max(1, _SCRATCH // place.graph.shape[0])
    for top in range(0, len(asked), block):
        part = asked[top : top + block]
        far = dijkstra(place.graph, indices=place.node[part], limit=LIMIT_M)
        table[top : top + block] = (
            far[:, place.node] + doors.steps[part][:, None] + doors.steps[None, :]
        )
    table[np.arange(len(asked)), asked] = 0.0
    return table.astype(np.float64)


def seconds(table: Floats, points: ArrayLike, speed_mps: float, buffer: float = BUFFER) -> Walks:
    """Whole seconds of walking for metres along the streets."""
    line = walk_matrix(points, 1.0, 1.0)
    far = np.maximum(LIMIT_M, _FAR_FACTOR * line)
    walked = np.where(np.isfinite(table), table, far)
    walks: Walks = np.ceil(walked * buffer / speed_mps).astype(np.int32)
    np.fill_diagonal(walks, 0)
    return walks


def seconds_with_far(
    table: Table, points: ArrayLike, speed_mps: float, detour_factor: float
) -> tuple[Walks, NDArray[np.bool_]]:
    """As `seconds`; doors far from every street walk in straight lines, and which these are."""
    walks = seconds(table.metres, points, speed_mps)
    far = table.access > FAR_M
    if far.any():
        straight = walk_matrix(points, detour_factor, speed_mps)
        walks[far], walks[:, far] = straight[far], straight[:, far]
    return walks, far


def line(
    place: Town, stops: ArrayLike, within: Sequence[float] | None = None
) -> list[list[tuple[float, float]]]:
    """The (lat, lon) points along the streets from each of these doors to the next.

    Nothing where no way is known. `within` bounds the metres of each search, where they are known.
    """
    numbers = np.asarray(stops, np.int64)
    bounds = [LIMIT_M] * (len(numbers) - 1) if within is None else within
    return [
        _between(place, int(a), int(b), min(LIMIT_M, bound))
        for (a, b), bound in zip(pairwise(numbers), bounds, strict=True)
    ]


def _between(place: Town, a: int, b: int, within: float) -> list[tuple[float, float]]:
    start, goal = int(place.node[a]), int(place.node[b])
    _, came = dijkstra(place.graph, indices=start, limit=within, return_predecessors=True)
    path = [goal]
    while path[-1] != start:
        following = int(came[path[-1]])
        if following < 0:
            return []
        path.append(following)
    drawn = [_spot(place, a)]
    for u, v in pairwise(reversed(path)):
        drawn.extend(_bends(place, u, v)[1:])
    return drawn


def _spot(place: Town, door: int) -> tuple[float, float]:
    return _at(place.streets, int(place.doors.piece[door]), float(place.doors.along[door]))


def _at(streets: Streets, piece: int, along: float) -> tuple[float, float]:
    """The point so many metres along a piece."""
    part = slice(int(streets.first[piece]), int(streets.last[piece]) + 1)
    lat = np.interp(along, streets.along[part], streets.points[part, 0])
    lon = np.interp(along, streets.along[part], streets.points[part, 1])
    return float(lat), float(lon)


def _bends(place: Town, u: int, v: int) -> list[tuple[float, float]]:
    """The points of the shortest piece of street between two neighbouring nodes."""
    piece, begin, end = _piece_between(place, u, v)
    streets = place.streets
    part = slice(int(streets.first[piece]), int(streets.last[piece]) + 1)
    along, points = streets.along[part], streets.points[part]
    low, high = min(begin, end), max(begin, end)
    inner = points[(along > low) & (along < high)].tolist()
    drawn = [_at(streets, piece, low), *map(tuple, inner), _at(streets, piece, high)]
    return drawn if begin <= end else drawn[::-1]


def _piece_between(place: Town, u: int, v: int) -> tuple[int, float, float]:
    """Which piece joins two nodes, and how far along it they are."""
    streets, size = place.streets, place.streets.crossings
    if u < size and v < size:
        joins = np.flatnonzero(
            ((streets.tail == u) & (streets.head == v))
            | ((streets.tail == v) & (streets.head == u))
        )
        piece = int(joins[streets.length[joins].argmin()])
        return (
            (piece, 0.0, float(streets.length[piece]))
            if streets.tail[piece] == u
            else (piece, float(streets.length[piece]), 0.0)
        )
    door = int(np.flatnonzero(place.node == max(u, v))[0])
    piece = int(place.doors.piece[door])
    return piece, _along(place, u, piece, v), _along(place, v, piece, u)


def _along(place: Town, node: int, piece: int, other: int) -> float:
    """How far along a piece a node is; on a loop the end nearer to the other node."""
    streets = place.streets
    if node >= streets.crossings:
        return float(place.doors.along[int(np.flatnonzero(place.node == node)[0])])
    whole = float(streets.length[piece])
    if streets.tail[piece] == streets.head[piece]:
        return 0.0 if _along(place, other, piece, node) < whole / 2 else whole
    return 0.0 if streets.tail[piece] == node else whole
