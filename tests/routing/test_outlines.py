"""Outlines of territories: none lies over another's, and each holds its own homes."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.routing import outlines, polygons
from outreach.routing.tracing import Outline

METRE = 1 / 111_195
EAST, NORTH = 106.7, 10.9

#: (metres east, metres north, whose): often in line, at one place, or on a square.
homes_ = st.lists(
    st.tuples(
        st.integers(0, 12).map(lambda n: n * 15) | st.integers(0, 200),
        st.integers(0, 6).map(lambda n: n * 15) | st.integers(0, 200),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)
Homes = list[tuple[int, int, int]]


def located(homes: Homes) -> list[tuple[float, float]]:
    return [(EAST + east * METRE, NORTH + north * METRE) for east, north, _whose in homes]


def drawn(homes: Homes, taken: Sequence[polygons.Polygon] = ()) -> dict[int, Outline]:
    return outlines.around(located(homes), [whose for *_spot, whose in homes], taken)


def rings(outline: Outline) -> list[list[list[float]]]:
    return [ring for polygon in outline for ring in polygon]


def off_border(spot: tuple[float, float], outline: Outline) -> float:
    """Metres to the nearest border of the outline."""
    least = np.inf
    for ring in rings(outline):
        spots = (np.asarray(ring) - spot) / METRE
        start, along = spots[:-1], np.diff(spots, axis=0)
        share = np.clip(-(start * along).sum(1) / (along * along).sum(1), 0, 1)[:, None]
        least = min(least, float(np.hypot(*(start + share * along).T).min()))
    return least


def area(outline: Outline) -> float:
    """Square metres; holes count against it."""
    total = 0.0
    for ring in rings(outline):
        x, y = ((np.asarray(ring) - ring[0]) / METRE).T
        total += float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
    return total


@settings(max_examples=150, deadline=None)
@given(homes_, st.integers(0, 2**32 - 1))
@example([(0, 0, 0), (0, 15, 1), (15, 0, 1), (15, 15, 0)], 0)
@example([(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (30, 0, 0)], 0)
def test_no_point_is_in_two_outlines_and_every_home_is_in_its_own(homes: Homes, seed: int) -> None:
    found = drawn(homes)
    spots = located(homes)
    for spot, (*_spot, whose) in zip(spots, homes, strict=True):
        inside = polygons.inside([spot], found[whose])[0]
        assert inside or off_border(spot, found[whose]) < 0.05
    rng = np.random.default_rng(seed)
    some = rng.uniform(-60, 260, (400, 2)) * METRE + (EAST, NORTH)
    corners = np.concatenate([np.asarray(r) for o in found.values() for r in rings(o)])
    middles = (corners + rng.permutation(corners)) / 2
    probes = np.concatenate([some, middles, spots + rng.normal(0, METRE, (len(spots), 2))])
    within = np.array([polygons.inside(probes, outline) for outline in found.values()])
    for probe in probes[within.sum(axis=0) > 1]:
        assert sum(off_border(tuple(probe), outline) < 0.002 for outline in found.values()) > 1


@settings(max_examples=100, deadline=None)
@given(homes_)
@example([(0, 0, 0), (0, 15, 1), (15, 0, 1), (15, 15, 0)])
@example([(x * 15, y * 15, int((x, y) in {(1, 1), (2, 2)})) for x in range(3) for y in range(3)])
def test_neighbours_share_the_very_same_border_and_no_ring_meets_itself(homes: Homes) -> None:
    edges: Counter[tuple[tuple[float, ...], tuple[float, ...]]] = Counter()
    for outline in drawn(homes).values():
        assert all(area([polygon]) > 0 for polygon in outline)
        for ring in rings(outline):
            assert ring[0] == ring[-1]
            assert not polygons.crosses_itself(ring)
            edges.update((tuple(a), tuple(b)) for a, b in itertools.pairwise(ring))
    assert max(edges.values()) == 1  # each is passed once in each direction at the most


@settings(max_examples=60, deadline=None)
@given(homes_)
def test_an_outline_keeps_near_its_homes(homes: Homes) -> None:
    spots = np.asarray(located(homes))
    whose = np.array([w for *_spot, w in homes])
    for owner, outline in drawn(homes).items():
        for corner in itertools.chain.from_iterable(rings(outline)):
            metres = np.hypot(*((spots[whose == owner] - corner) / METRE).T).min()
            assert metres < 65  # 40 in the open, more only where homes have a gap between them


@pytest.mark.parametrize(
    "homes",
    [
        [(0, 0, 0)],
        [(0, 0, 0), (0, 0, 0)],
        [(0, 0, 0), (70, 0, 0)],
        [(n * 20, 0, 0) for n in range(9)],
        [(n * 20, n * 20, 0) for n in range(9)],
    ],
)
def test_one_home_two_homes_and_homes_in_line_have_one_outline(homes: Homes) -> None:
    ((polygon,),) = drawn(homes).values()
    assert len(polygon) == 1
    assert area([polygon]) > np.pi * 25**2
    for corner in polygon[0]:
        assert min(np.hypot(*((np.asarray(located(homes)) - corner) / METRE).T)) < 40


def test_territories_that_share_one_place_have_a_slice_of_it_each() -> None:
    found = drawn([(0, 0, n % 5) for n in range(20)])
    assert len(found) == 5
    assert min(area(outline) for outline in found.values()) > 400


def test_a_home_amid_another_territory_is_a_hole_in_it() -> None:
    found = drawn([(x * 20, y * 20, int((x, y) == (3, 3))) for x in range(7) for y in range(7)])
    assert [len(polygon) for polygon in found[0]] == [2]
    assert area(found[1]) == pytest.approx(400, rel=0.05)


def test_homes_on_the_other_side_of_the_earth_change_nothing() -> None:
    near = [(0, 0, 0), (20, 0, 1), (20, 20, 0)]
    spots, owners = [*located(near), (0.0, 0.0)], [0, 1, 0, 0]
    found = outlines.around(spots, owners)
    assert len(found[0]) == len(drawn(near)[0]) + 1
    assert area(found[1]) == pytest.approx(area(drawn(near)[1]), rel=0.01)


def test_corners_that_nearly_meet_are_one_corner() -> None:
    rng = np.random.default_rng(3)
    homes = [(x, y, n % 7) for n, (x, y) in enumerate(rng.integers(0, 900, (6000, 2)).tolist())]
    for outline in drawn(homes).values():
        for ring in rings(outline):
            assert len({tuple(corner) for corner in ring}) == len(ring) - 1
            assert np.hypot(*(np.diff(ring, axis=0) / METRE).T).min() > 0.0005


def test_ground_taken_far_away_changes_nothing() -> None:
    near = [(0, 0, 0), (20, 0, 1), (20, 20, 0)]
    ring = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]
    assert drawn(near, [[ring]]) == drawn(near)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=9))
@example([(0.0, 90.0), (0.0, -90.0), (180.0, 90.0)])
def test_homes_anywhere_on_earth_have_an_outline(spots: list[tuple[float, float]]) -> None:
    (outline,) = outlines.around(spots, [0] * len(spots)).values()
    assert polygons.inside(spots, outline).all()


def test_no_home_has_no_outline() -> None:
    assert outlines.around([], []) == {}


@settings(max_examples=60, deadline=None)
@given(homes_, st.integers(0, 2**32 - 1))
def test_no_outline_reaches_over_ground_that_is_taken(homes: Homes, seed: int) -> None:
    square = [(30.5, 40.5), (99.5, 40.5), (120.5, 80.5), (30.5, 99.5), (30.5, 40.5)]
    ring = [[EAST + x * METRE, NORTH + y * METRE] for x, y in square]
    found = drawn(homes, [[ring]])
    free = ~polygons.inside(located(homes), [[ring]])
    assert set(found) == {
        whose for (*_s, whose), is_free in zip(homes, free, strict=True) if is_free
    }
    rng = np.random.default_rng(seed)
    probes = rng.uniform(25, 125, (500, 2)) * METRE + (EAST, NORTH)
    for probe in probes[polygons.inside(probes, [[ring]])]:
        over = [o for o in found.values() if polygons.inside([probe], o)[0]]
        assert not over or off_border(tuple(probe), [[ring]]) < 0.5
