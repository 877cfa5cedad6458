"""Borders between owners of the plane, edge by edge, traced to the polygons of each owner."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from outreach.routing.field import Floats, Ints

#: Who owns the rest of the plane.
NOBODY = -1
Spot = list[float]
#: Polygons of closed rings: outside ones counter-clockwise, holes clockwise (RFC 7946).
Outline = list[list[list[Spot]]]


def outlines(sides: Ints, ends: Ints, spots: Floats) -> Iterator[tuple[int, Outline]]:
    """Each owner's polygons from edges: who is on their left and right, and their two corners."""
    edges = _edges(sides, ends)
    places: list[Spot] = spots.tolist()
    owners, firsts = np.unique(edges[:, 0], return_index=True)
    for owner, own in zip(owners.tolist(), np.split(edges[:, 1:], firsts[1:]), strict=True):
        rings = [[places[n] for n in ring] for ring in _rings(own.tolist())]
        yield owner, _nested(rings)


def _edges(sides: Ints, ends: Ints) -> Ints:
    """(owner, from, to) with the owner's ground on the left, by owner."""
    left = np.column_stack([sides[:, 0], ends])
    right = np.column_stack([sides[:, 1], ends[:, ::-1]])
    both = np.concatenate([left, right])
    edges: Ints = both[(both[:, 0] != NOBODY) & (both[:, 1] != both[:, 2])]
    return edges[np.argsort(edges[:, 0], kind="stable")]


def _rings(edges: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Closed walks over all edges, each of which passes no corner twice; the first is repeated."""
    onward: dict[int, list[int]] = defaultdict(list)
    for start, end in edges:
        onward[start].append(end)
    for begin in list(onward):
        walk, passed = [begin], {begin: 0}
        while onward[walk[-1]]:
            corner = onward[walk[-1]].pop()  # where two choose here, no walk crosses the other
            walk.append(corner)
            if corner in passed:  # what lies between is a ring of its own
                at = passed[corner]
                yield walk[at:]
                for left in walk[at + 1 : -1]:
                    del passed[left]
                del walk[at + 1 :]
            else:
                passed[corner] = len(walk) - 1


def _nested(rings: Sequence[list[Spot]]) -> Outline:
    """Polygons from rings: each hole with the smallest ring around it."""
    areas = [_area(ring) for ring in rings]
    outside = [n for _size, n in sorted((area, n) for n, area in enumerate(areas) if area > 0)]
    found = {n: [rings[n]] for n in outside}
    boxes = np.array([[*np.min(rings[n], axis=0), *np.max(rings[n], axis=0)] for n in outside])
    boxes = boxes.reshape(-1, 4)
    for ring, area in zip(rings, areas, strict=True):
        if area < 0:
            spot = np.mean(ring[:2], axis=0)  # rings may meet in corners, never in edges
            near = (boxes[:, :2] <= spot).all(axis=1) & (spot <= boxes[:, 2:]).all(axis=1)
            holders = (outside[n] for n in np.flatnonzero(near).tolist())
            holder = next((n for n in holders if _is_around(rings[n], spot)), None)
            if holder is not None:
                found[holder].append(ring)
    return list(found.values())


def _is_around(ring: Sequence[Spot], spot: Floats) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    corners = np.asarray(ring) - spot
    north = corners[:, 1] > 0
    spans = north[:-1] != north[1:]
    (x1, y1), (x2, y2) = corners[:-1][spans].T, corners[1:][spans].T
    return bool(np.count_nonzero(x1 - y1 * (x2 - x1) / (y2 - y1) > 0) % 2)


def _area(ring: Sequence[Spot]) -> float:
    """Twice what the ring encloses, negative where it runs clockwise."""
    (x, y), around = ring[0], np.asarray(ring)
    x_, y_ = (around - (x, y)).T
    return float((x_[:-1] * y_[1:] - x_[1:] * y_[:-1]).sum())
