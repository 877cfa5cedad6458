"""Turf along streets: who is next door by line may live across the river."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way
from scipy.sparse.csgraph import minimum_spanning_tree

from outreach.routing import parcels, turf
from outreach.routing.parcels import STRAIGHT, Ground, Straight
from outreach.routing.streets import extract, graph, tables
from outreach.routing.streets.graph import Streets
from outreach.routing.streets.neighbours import OnFoot

METRE = 1 / 111_195


def spot(north: float, east: float) -> tuple[float, float]:
    return north * METRE, east * METRE


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Streets:
    """Two banks of a canal 30 m apart, 1 km long, with one bridge at the western end; an alley."""
    path: Path = tmp_path_factory.mktemp("canal") / "canal.osm.pbf"
    nodes = {1: (0, 0), 2: (0, 1000), 3: (30, 0), 4: (30, 1000), 5: (0, 500), 6: (-150, 500)}
    writer = osmium.SimpleWriter(str(path))
    for number, (north, east) in nodes.items():
        writer.add_node(Node(id=number, location=spot(north, east)[::-1], version=1))
    for number, way in enumerate(([1, 5, 2], [3, 4], [1, 3], [5, 6]), start=1):
        writer.add_way(Way(id=number, nodes=way, tags={"highway": "residential"}, version=1))
    writer.close()
    return graph.build(extract.read(path))


def on_foot(streets: Streets) -> OnFoot:
    return OnFoot(lambda _points: streets, Straight(1.35))


def banks() -> tuple[np.ndarray, np.ndarray]:
    """Homes at every 20 m of the eastern half of both banks; which bank each is on."""
    east = np.arange(510, 1000, 20)
    points = [spot(north, float(e)) for e in east for north in (-3, 33)]
    return np.array(points), np.tile([0, 1], len(east))


def test_a_canal_parts_turfs_and_without_its_streets_it_does_not(streets: Streets) -> None:
    points, bank = banks()
    service, units = np.full(len(points), 12.0), np.zeros(len(points), np.int64)
    for ways, parted in ((on_foot(streets), True), (STRAIGHT, False)):
        ground = Ground(points, service, units, ways)
        territory = parcels.fresh(ground, service + ground.walking, 2)
        mixed = [len(set(bank[territory == part].tolist())) for part in (0, 1)]
        assert (mixed == [1, 1]) is parted


def test_walking_minutes_are_those_of_the_way_round(streets: Streets) -> None:
    points = np.array([spot(0, 900), spot(30, 900), spot(0, 920)])
    order, metres = on_foot(streets).steps(points)
    across = [step for one, step in zip(order[1:], metres, strict=True) if 1 in (one, order[0])]
    assert max(across) == pytest.approx((900 + 30 + 900) * 1.1, rel=0.02)
    ground = Ground(points, np.full(3, 5.0), np.zeros(3, np.int64), on_foot(streets))
    assert ground.walking.max() == 10.0  # another trip: it counts no more than that


def test_nearest_homes_are_not_across_the_canal(streets: Streets) -> None:
    points, bank = banks()
    near, apart = on_foot(streets).nearest(points)
    first = np.take_along_axis(near, apart.argsort(axis=1)[:, :4], axis=1)
    assert (bank[first] == bank[:, None]).all()


def test_homes_far_from_every_street_are_joined_by_lines(streets: Streets) -> None:
    far = [spot(2000, 500), spot(2020, 500), spot(2040, 520), spot(2060, 500)]
    points = np.array([*(spot(0, e) for e in (0, 40, 80)), *far])
    order, metres = on_foot(streets).steps(points)
    assert sorted(order.tolist()) == list(range(7))
    place = order.tolist().index(3)
    assert {*order[place : place + 4].tolist(), *order[place - 3 : place + 1].tolist()} >= {4, 5, 6}
    assert np.isfinite(metres).all()


HOMES = st.lists(
    st.tuples(st.integers(-160, 60), st.integers(-20, 1020)), min_size=2, max_size=25, unique=True
)


@settings(max_examples=60, deadline=None)
@given(HOMES)
def test_the_tree_is_the_shortest_one_over_all_ways(streets: Streets, rows) -> None:
    """As long as the one over the whole table of ways; each home is walked to once."""
    points = np.array([spot(*row) for row in rows])
    ways = on_foot(streets)
    edges = ways._edges(points)
    tree, _island = turf.spanning_tree(len(points), *edges)
    assert len(tree) == len(points) - 1
    known: dict[tuple[int, ...], float] = {}
    for one, other, metres in zip(*edges, strict=True):
        pair = tuple(sorted((int(one), int(other))))
        known[pair] = min(known.get(pair, np.inf), float(metres))
    length = sum(known[tuple(sorted(pair))] for pair in tree.tolist())
    table = tables.metres(tables.town(streets, points)) * tables.BUFFER
    whole = float(minimum_spanning_tree(np.maximum(table, 1e-6)).sum())
    assert length == pytest.approx(whole, rel=1e-3, abs=2.0)
    assert sorted(ways.order(points).tolist()) == list(range(len(points)))
