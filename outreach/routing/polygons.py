"""Shapes on the map: whether points lie in a polygon, whether a ring is simple.

Points and vertices are (lon, lat) in degrees, as in GeoJSON. Over a ward, degrees are flat enough.
"""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bools = NDArray[np.bool_]
#: A closed ring: the first vertex is repeated at the end.
Ring = Sequence[Sequence[float]]
#: Its rings: the first is the outside, others are holes.
Polygon = Sequence[Ring]


def inside(points: ArrayLike, polygons: Sequence[Polygon]) -> Bools:
    """Which points lie in any of the polygons; a point on the border may be either."""
    spots = np.asarray(points, np.float64).reshape(-1, 2)
    found = np.zeros(len(spots), np.bool_)
    for polygon in polygons:
        here = np.zeros(len(spots), np.bool_)
        for ring in polygon:  # even-odd: a hole turns inside into outside again
            here ^= _in_ring(spots, np.asarray(ring, np.float64)[:, :2])
        found |= here
    return found


def _in_ring(spots: NDArray[np.float64], ring: NDArray[np.float64]) -> Bools:
    """Whether a ray to the east crosses the ring an odd number of times."""
    odd = np.zeros(len(spots), np.bool_)
    x, y = spots.T
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if y1 == y2:
            continue
        spans = (y1 > y) != (y2 > y)
        odd ^= spans & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd


def crosses_itself(ring: Ring) -> bool:
    """Whether two edges of a closed ring that are not neighbours meet."""
    spots = np.asarray(ring, np.float64)[:, :2]
    start, end = spots[:-1], spots[1:]
    for edge in range(len(start) - 2):
        last = len(start) - (edge == 0)  # the first and the last edge are neighbours
        if _meets(start[edge], end[edge], start[edge + 2 : last], end[edge + 2 : last]):
            return True
    return False


def _meets(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> bool:
    def side(p: NDArray[np.float64], q: NDArray[np.float64], r: NDArray[np.float64]) -> ArrayLike:
        cross: ArrayLike = np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )
        return cross

    apart = (np.asarray(side(a, b, starts)) != np.asarray(side(a, b, ends))) & (
        np.asarray(side(starts, ends, a)) != np.asarray(side(starts, ends, b))
    )
    return bool(apart.any())
