"""Streets as a graph: pieces of way between crossings, and which of them hang together."""

import os
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from outreach.routing.streets.extract import Ways
from outreach.routing.walking import EARTH_RADIUS_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180
#: scipy drops edges of no length.
LEAST_M = 0.01


@dataclass(frozen=True)
class Streets:
    """Pieces of way between crossings, all of the largest part that hangs together."""

    #: Latitude and longitude of every bend, piece after piece.
    points: Floats
    #: Metres along its piece of each bend.
    along: Floats
    #: Index of the first and the last bend of each piece.
    first: Ints
    last: Ints
    #: Crossing at either end of each piece.
    tail: Ints
    head: Ints
    #: Share of all walkable metres that hang together.
    share: float

    @property
    def length(self) -> Floats:
        """Metres of each piece."""
        return self.along[self.last]

    @property
    def crossings(self) -> int:
        return int(max(self.tail.max(), self.head.max())) + 1

    def save(self, path: Path) -> None:
        """Writes the graph; a reader sees the old file or the new one, never half of one.

        Two processes that import the same extract at once write beside each other.
        """
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        with beside.open("wb") as file:
            np.savez(file, **{f.name: getattr(self, f.name) for f in fields(self)})
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Streets":
        with np.load(path) as arrays:
            said = {f.name: arrays[f.name] for f in fields(cls)}
        return cls(**{**said, "share": float(said["share"])})


def metres(points: ArrayLike, origin: ArrayLike) -> Floats:
    """Metres north and east of an origin: a plane, good for some tens of kilometres."""
    shift = np.asarray(points, np.float64) - np.asarray(origin, np.float64)
    shift[..., 1] *= np.cos(np.radians(np.asarray(origin, np.float64)[0]))
    plane: Floats = shift * METRES_PER_DEGREE
    return plane


def build(ways: Ways) -> Streets:
    """Joins ways at their crossings and keeps the largest part that hangs together."""
    starts, stops = ways.first[:-1], ways.first[1:] - 1
    _, number, uses = np.unique(ways.nodes, return_inverse=True, return_counts=True)
    breaks = uses[number] > 1
    breaks[starts] = breaks[stops] = True
    at = np.flatnonzero(breaks)
    way_of = np.searchsorted(ways.first, at, side="right")
    same = way_of[:-1] == way_of[1:]
    first, last = at[:-1][same], at[1:][same]
    kept, share = _together(ways, first, last, number)
    return _pieces(ways, first[kept], last[kept], number, share)


def _steps(points: Floats) -> Floats:
    """Metres between each point and the one before; the first is 0."""
    step = np.zeros(len(points))
    shrink = np.cos(np.radians((points[1:, 0] + points[:-1, 0]) / 2))
    step[1:] = np.hypot(np.diff(points[:, 0]), np.diff(points[:, 1]) * shrink)
    return step * METRES_PER_DEGREE


def _together(ways: Ways, first: Ints, last: Ints, number: Ints) -> tuple[NDArray[np.bool_], float]:
    """The pieces of the part with most metres, and its share of all metres."""
    size = int(number.max()) + 1
    tail, head = number[first], number[last]
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    upto = np.cumsum(_steps(ways.points))
    length = upto[last] - upto[first]
    weight = np.bincount(part[tail], weights=length)
    main = int(weight.argmax())
    return part[tail] == main, float(weight[main] / max(weight.sum(), LEAST_M))


def _pieces(ways: Ways, first: Ints, last: Ints, number: Ints, share: float) -> Streets:
    count = last - first + 1
    ends = np.cumsum(count)
    begins = ends - count
    bend = np.arange(int(ends[-1])) - np.repeat(begins - first, count)
    points = ways.points[bend]
    upto = np.cumsum(_steps(points))
    along = upto - np.repeat(upto[begins], count)
    crossing = np.unique(np.concatenate([number[first], number[last]]), return_inverse=True)[1]
    return Streets(
        points=points,
        along=along,
        first=begins,
        last=ends - 1,
        tail=crossing[: len(first)].astype(np.int64),
        head=crossing[len(first) :].astype(np.int64),
        share=share,
    )


def shortest(rows: Ints, columns: Ints, length: Floats, size: int) -> csr_matrix:
    """A symmetric graph with the shortest of parallel edges."""
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    order = np.lexsort((length, high, low))
    low, high, length = low[order], high[order], np.maximum(length[order], LEAST_M)
    new = np.ones(len(low), np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    new &= low != high
    low, high, length = low[new], high[new], length[new]
    both = (np.r_[low, high], np.r_[high, low])
    return coo_matrix((np.r_[length, length], both), shape=(size, size)).tocsr()
