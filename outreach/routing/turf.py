"""Cuts many homes into compact territories of equal work, along the alleys.

The order is that of a walk: a minimum spanning tree over each home's nearest homes, followed depth
first with the small branches first, so that an alley is finished before the street goes on. Cut
by minutes, the order gives territories that differ little in work and that nobody crosses.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order

from outreach.routing.field import Floats, Ints
from outreach.routing.problem import Walks

#: Half as wide as usual: a province has 700,000 homes.
Numbers = NDArray[np.int32]
Distances = NDArray[np.float32]

#: Edges kept for each home. Six or more leave next to no islands.
NEAREST = 8
#: Rows of walking times sorted at once.
_BLOCK = 512
#: Homes whose edges are compared at once.
_ROWS = 20_000
#: Homes per grid cell when points are searched, on average.
_PER_CELL = 3.0
_METRES_PER_DEGREE = 111_195.0


def cut(order: Ints, minutes: ArrayLike, parts: int) -> Ints:
    """The territory (0 to parts-1) of each home, by equal shares of minutes along the order."""
    if parts < 1:
        raise ValueError("there must be at least one territory")
    work = np.asarray(minutes, np.float64)[order]
    middle = np.cumsum(work) - work / 2
    total = float(work.sum())
    share = middle / total if total > 0 else (np.arange(len(order)) + 0.5) / max(1, len(order))
    territory = np.empty(len(order), np.int64)
    territory[order] = np.minimum((share * parts).astype(np.int64), parts - 1)
    return territory


def alley_order(near: Numbers, apart: Distances, points: ArrayLike | None = None) -> Ints:
    """All homes in walking order, from each home's nearest (columns) and how far they are.

    Parts of the graph that no edge joins come one after the other: by `points` (east to west
    strips, there and back) where given, else as they were listed.
    """
    return order_along(len(near), *_edges(near, apart), points)


def order_along(
    size: int,
    rows: Numbers,
    columns: Numbers,
    apart: Distances,
    points: ArrayLike | None = None,
) -> Ints:
    """The same from edges between homes, each with its length."""
    if size == 0:
        return np.empty(0, np.int64)
    tree, island = spanning_tree(size, rows, columns, apart)
    return _depth_first(size, tree, island, _island_order(island, points))


def _edges(near: Numbers, apart: Distances) -> tuple[Numbers, Numbers, Distances]:
    """Each pair of near homes once: its lower and its higher number, and how far they are."""
    kept = np.isfinite(apart)
    for top in range(0, len(near), _ROWS):
        some = np.arange(top, min(top + _ROWS, len(near)), dtype=np.int32)
        other = near[some]
        back = (near[other] == some[:, None, None]).any(axis=2)
        kept[some] &= (other > some[:, None]) | ~back
    rows, column = np.nonzero(kept)
    return rows.astype(np.int32), near[rows, column], apart[kept]


def nearest_by_walk(walks: Walks, count: int = NEAREST) -> tuple[Numbers, Distances]:
    """Each place's nearest places by walking time, and those times."""
    size = len(walks)
    count = max(0, min(count, size - 1))
    near, apart = np.zeros((size, count), np.int32), np.zeros((size, count), np.float32)
    for top in range(0, size if count else 0, _BLOCK):
        block = walks[top : top + _BLOCK].astype(np.float64)
        block[np.arange(len(block)), np.arange(top, top + len(block))] = np.inf
        some = np.argpartition(block, count - 1, axis=1)[:, :count]
        near[top : top + _BLOCK] = some
        apart[top : top + _BLOCK] = np.take_along_axis(block, some, axis=1)
    return near, apart


def nearest_by_line(points: ArrayLike, count: int = NEAREST) -> tuple[Numbers, Distances]:
    """Each point's nearest points by straight line, in metres; points are (lat, lon) degrees.

    Searched on a grid among the nine cells around each point, so that hundreds of thousands of
    points take seconds and little memory; in thin places farther points may be missed.
    """
    metres = flat(points)
    size = len(metres)
    count = max(0, min(count, size - 1))
    near = np.tile(np.arange(size, dtype=np.int32)[:, None], (1, count))
    apart = np.full((size, count), np.inf, np.float32)
    if count == 0:
        return near, apart
    first, cells, order, columns, cell_of = _grid(metres)
    for step in (dy * columns + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
        _merge(metres, near, apart, (first, cells, order), cell_of + step)
    return near, apart


def flat(points: ArrayLike) -> Floats:
    """Metres north and east of the south-western corner of (lat, lon) points."""
    degrees = np.asarray(points, np.float64).reshape(-1, 2)
    if not len(degrees):
        return degrees
    shrink = np.cos(np.radians(degrees[:, 0].mean()))
    metres: Floats = (degrees - degrees.min(axis=0)) * _METRES_PER_DEGREE
    metres[:, 1] *= shrink
    return metres


def _grid(metres: Floats) -> tuple[Ints, Ints, Ints, int, Ints]:
    """Where each occupied cell begins, its number, the points by cell, the width, each's cell."""
    side = _cell_side(metres)
    rows, columns = (metres // side).astype(np.int64).T + 1
    width = int(columns.max()) + 2
    cell_of = rows * width + columns
    order = np.argsort(cell_of, kind="stable")
    cells, first = np.unique(cell_of[order], return_index=True)
    return np.append(first, len(order)), cells, order, width, cell_of


def _cell_side(metres: Floats) -> float:
    """A side that gives the occupied cells a few points each, however clustered they are."""
    side = max(float(np.ptp(metres, axis=0).max()), 1.0)
    while True:
        rows, columns = (metres // side).astype(np.int64).T
        occupied = len(np.unique(rows * (int(columns.max()) + 1) + columns))
        if len(metres) / occupied <= _PER_CELL or side < 1.0:
            return side
        side /= 1.5


def _merge(
    metres: Floats,
    near: Numbers,
    apart: Distances,
    grid: tuple[Ints, Ints, Ints],
    wanted: Ints,
) -> None:
    """Offers each point the points of one other cell, the i-th of every cell at a time."""
    first, cells, order = grid
    place = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    there = cells[place] == wanted
    begin, end = first[place], first[place + 1]
    offset = 0
    asking = np.flatnonzero(there)
    while asking.size:
        other = order[begin[asking] + offset]
        distance = np.hypot(*(metres[asking] - metres[other]).T)
        worst = apart[asking].argmax(axis=1)
        better = (distance < apart[asking, worst]) & (other != asking)
        near[asking[better], worst[better]] = other[better]
        apart[asking[better], worst[better]] = distance[better]
        offset += 1
        asking = asking[begin[asking] + offset < end[asking]]


def spanning_tree(
    size: int, rows: Numbers, columns: Numbers, apart: Distances
) -> tuple[Numbers, Numbers]:
    """Borůvka's algorithm on whole arrays: the tree's edges (two columns), each home's island."""
    rank = np.argsort(apart, kind="stable").astype(np.int32)
    rows, columns = rows[rank], columns[rank]
    del rank
    island = np.arange(size, dtype=np.int32)
    chosen: list[Numbers] = []
    while rows.size:
        left, right = island[rows], island[columns]
        between = left != right
        rows, columns, left, right = (a[between] for a in (rows, columns, left, right))
        if not rows.size:
            break
        cheapest = np.full(size, len(rows), np.int32)
        seq = np.arange(len(rows), dtype=np.int32)
        np.minimum.at(cheapest, left, seq)
        np.minimum.at(cheapest, right, seq)
        picked = np.unique(cheapest[cheapest < len(rows)])
        chosen.append(np.stack([rows[picked], columns[picked]], axis=1))
        island = _joined(island, left[picked], right[picked])
    edges = np.concatenate(chosen) if chosen else np.empty((0, 2), np.int32)
    return edges, island


def _joined(island: Numbers, left: Numbers, right: Numbers) -> Numbers:
    """Islands after bridges between them: the lowest number of each group, by pointer jumping."""
    root = np.arange(len(island), dtype=island.dtype)
    while True:
        low = np.minimum(root[left], root[right])
        high = np.maximum(root[left], root[right])
        if (low == high).all():
            return root[island]
        np.minimum.at(root, high, low)
        while not (root[root] == root).all():
            root = root[root]


def _island_order(island: Numbers, points: ArrayLike | None) -> Ints:
    """One home of each island, in the order in which islands are walked."""
    roots: Ints = np.unique(island).astype(np.int64)
    if points is None or len(roots) == 1:
        return roots
    metres = flat(points)[roots]
    strips = max(1, round(len(roots) ** 0.5))
    strip = (metres[:, 1] * strips / max(float(metres[:, 1].max()), 1.0)).astype(np.int64)
    along = np.where(strip % 2 == 0, metres[:, 0], -metres[:, 0])
    return roots[np.lexsort((along, strip))]


def _depth_first(size: int, edges: Numbers, island: Numbers, roots: Ints) -> Ints:
    """Homes in depth-first order, island after island, small branches first.

    Each island's walk begins at the home that most steps of the tree lie between it and its root.
    """
    walk = _breadth_first(size, edges, roots)[0]
    last = size - np.unique(island[walk[::-1]], return_index=True)[1]
    ends = walk[last - 1][np.searchsorted(np.unique(island), island[roots])]
    order, parent, levels = _breadth_first(size, edges, ends)
    weight = np.ones(size + 1, np.int64)
    for first, stop in reversed(levels):
        np.add.at(weight, parent[first:stop], weight[order[first:stop]])
    key = weight.copy()
    key[ends] = np.arange(len(ends))
    among = np.lexsort((key[order], parent))
    before = np.cumsum(weight[order[among]]) - weight[order[among]]
    heads = np.searchsorted(parent[among], parent[among])
    place = np.empty(size + 1, np.int64)
    place[size] = -1
    offset = np.empty(size, np.int64)
    offset[among] = before - before[heads]
    for first, stop in levels:
        place[order[first:stop]] = place[parent[first:stop]] + 1 + offset[first:stop]
    walked = np.empty(size, np.int64)
    walked[place[:size]] = np.arange(size)
    return walked


def _breadth_first(
    size: int, edges: Numbers, roots: Ints
) -> tuple[Ints, Ints, list[tuple[int, int]]]:
    """Homes layer by layer from the roots, each one's parent (`size`: none), and the layers."""
    top = np.full(len(roots), size)
    rows = np.concatenate([edges[:, 0], edges[:, 1], top])
    columns = np.concatenate([edges[:, 1], edges[:, 0], roots])
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), (size + 1, size + 1))
    order, came = breadth_first_order(graph.tocsr(), size, return_predecessors=True)
    order = order[1:].astype(np.int64)
    parent = came[order].astype(np.int64)
    rank = np.empty(size + 1, np.int64)
    rank[size], rank[order] = -1, np.arange(size)
    above = rank[parent]
    levels, first, stop = [], 0, len(roots)
    while first < size:
        levels.append((first, stop))
        first, stop = stop, int(np.searchsorted(above, stop))
    return order, parent, levels
