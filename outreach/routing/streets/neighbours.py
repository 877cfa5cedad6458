"""Who lives next to whom along the streets, for tens of thousands of doors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from outreach.routing import turf
from outreach.routing.parcels import Straight
from outreach.routing.streets import tables
from outreach.routing.streets.graph import LEAST_M, Floats, Ints, Streets
from outreach.routing.streets.tables import BUFFER, FAR_M, Town
from outreach.routing.turf import Distances, Numbers

Edges = tuple[Numbers, Numbers, Distances]

#: Neighbours farther than this are not looked for along the streets.
_WITHIN_M = 600.0
#: Distances kept at once while searching (float64).
_SCRATCH = 4_000_000


@dataclass(frozen=True)
class OnFoot:
    """Ways along streets (`parcels.Ways`); to doors far from all of them, straight lines."""

    #: The streets around some points.
    around: Callable[[Floats], Streets]
    straight: Straight

    def order(self, points: Floats) -> Ints:
        """All homes in walking order, along the shortest tree of streets that joins them."""
        if len(points) < 2:
            return np.arange(len(points))
        return turf.order_along(len(points), *self._edges(points), points)

    def steps(self, points: Floats) -> tuple[Ints, Floats]:
        """The order, and metres to each home from the one before it: up the tree and down again.

        Between parts that no street joins: in a straight line.
        """
        if len(points) < 2:
            return np.arange(len(points)), np.zeros(0)
        size, edges = len(points), self._edges(points)
        order = turf.order_along(size, *edges, points)
        tree, length = _tree(size, edges)
        graph = coo_matrix((length, (tree[:, 0], tree[:, 1])), (size, size)).tocsr()
        island = turf.spanning_tree(size, *edges)[1]
        firsts = order[np.unique(island[order], return_index=True)[1]]
        depth, parent, _root = dijkstra(
            graph, directed=False, indices=firsts, min_only=True, return_predecessors=True
        )
        here, there = order[:-1], order[1:]
        above = parent[there]
        walked = depth[here] + depth[there] - 2 * depth[np.maximum(above, 0)]
        apart = self.straight.apart(points, here, there)
        return order, np.where((above >= 0) & np.isfinite(walked), walked, apart)

    def nearest(self, points: Floats) -> tuple[Numbers, Distances]:
        """Each home's nearest along the streets, in metres; by line where the streets end."""
        near, apart = self.straight.nearest(points)
        count = near.shape[1]
        if not count:
            return near, apart
        place = tables.town(self.around(points), points)
        block = max(1, _SCRATCH // place.graph.shape[0])
        for top in range(0, len(points), block):
            rows = np.arange(top, min(top + block, len(points)))
            walked = _walked(place, rows)
            some = np.argpartition(walked, count - 1, axis=1)[:, :count]
            metres = np.take_along_axis(walked, some, axis=1)
            known = np.isfinite(metres).all(axis=1)
            near[rows[known]], apart[rows[known]] = some[known], metres[known]
        return near, apart

    def _edges(self, points: Floats) -> Edges:
        """Edges among which is the shortest tree over all doors along the streets.

        Where the areas nearest to two doors touch, a way leads from one to the other (Mehlhorn
        1988). Doors far from every street are joined by their triangles.
        """
        place = tables.town(self.around(points), points)
        rows, columns, metres = _touching(place)
        far = place.doors.access > FAR_M
        kept = ~(far[rows] | far[columns])
        lines = self.straight.edges(points)
        loose = far[lines[0]] | far[lines[1]]
        found = zip((rows, columns, metres), lines, strict=True)
        both = [np.concatenate([one[kept], other[loose]]) for one, other in found]
        return both[0].astype(np.int32), both[1].astype(np.int32), both[2].astype(np.float32)


def _touching(place: Town) -> tuple[Ints, Ints, Floats]:
    """Doors whose areas touch along a piece of street, and the metres from door to door there."""
    street = place.graph.tocoo()
    size, doors = street.shape[0], len(place.node)
    door = size + np.arange(doors)  # beyond its steps from the street
    steps = np.maximum(place.doors.steps, LEAST_M)
    rows, columns = np.r_[street.row, place.node], np.r_[street.col, door]
    length = np.r_[street.data, steps]
    whole = coo_matrix((length, (rows, columns)), (size + doors, size + doors)).tocsr()
    far, _came, nearest = dijkstra(
        whole, directed=False, indices=door, min_only=True, return_predecessors=True
    )
    one, other = nearest[rows] - size, nearest[columns] - size
    between = (one != other) & (one >= 0) & (other >= 0)
    metres = (far[rows] + length + far[columns])[between]
    return one[between], other[between], metres * BUFFER


def _walked(place: Town, rows: Ints) -> Floats:
    """Metres from these doors to every door; inf to oneself and beyond `_WITHIN_M`."""
    found = dijkstra(place.graph, directed=False, indices=place.node[rows], limit=_WITHIN_M)
    steps = place.doors.steps
    walked: Floats = (found[:, place.node] + steps[rows][:, None] + steps[None, :]) * BUFFER
    walked[np.arange(len(rows)), rows] = np.inf
    walked[place.doors.access[rows] > FAR_M] = np.inf
    return walked


def _tree(size: int, edges: Edges) -> tuple[Numbers, Floats]:
    """The shortest tree's edges, each with its length."""
    tree, _island = turf.spanning_tree(size, *edges)
    key = np.minimum(edges[0], edges[1]).astype(np.int64) * size + np.maximum(edges[0], edges[1])
    rank = np.lexsort((edges[2], key))
    key, first = np.unique(key[rank], return_index=True)
    wanted = tree.min(axis=1).astype(np.int64) * size + tree.max(axis=1)
    return tree, np.maximum(edges[2][rank][first][np.searchsorted(key, wanted)], 1e-3)
