"""Territories: every home is in exactly one, work is shared evenly, and alleys stay whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.routing import borders, turf
from outreach.routing.walking import walk_matrix

coordinates = st.lists(
    st.tuples(st.floats(10.9, 11.0, allow_nan=False), st.floats(106.6, 106.7, allow_nan=False)),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(coordinates, st.integers(1, 7))
def test_every_home_is_in_exactly_one_territory(
    points: list[tuple[float, float]], parts: int
) -> None:
    order = turf.alley_order(*turf.nearest_by_line(points), points)
    assert sorted(order.tolist()) == list(range(len(points)))
    territory = turf.cut(order, np.full(len(points), 10.0), parts)
    assert ((territory >= 0) & (territory < parts)).all()


@settings(max_examples=30, deadline=None)
@given(coordinates)
def test_walking_times_give_an_order_of_all_homes_too(points: list[tuple[float, float]]) -> None:
    order = turf.alley_order(*turf.nearest_by_walk(walk_matrix(points)))
    assert sorted(order.tolist()) == list(range(len(points)))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=80), st.integers(1, 9))
def test_no_territory_has_more_than_its_share_and_one_visit(work: list[int], parts: int) -> None:
    territory = turf.cut(np.arange(len(work)), work, parts)
    minutes = np.bincount(territory, weights=work, minlength=parts)
    assert minutes.sum() == sum(work)
    assert minutes.max() <= sum(work) / parts + max(work)


def test_an_alley_is_finished_before_the_street_goes_on() -> None:
    street = [(10.98, 106.67 + n * 0.001) for n in range(6)]
    alley = [(10.98 + n * 0.0003, 106.673) for n in range(1, 4)]
    order = turf.alley_order(*turf.nearest_by_line([*street, *alley], 3)).tolist()
    at = [order.index(home) for home in (6, 7, 8)]
    assert max(at) - min(at) == 2


def test_nearest_by_line_agrees_with_walking_distances_in_a_dense_place() -> None:
    points = np.random.default_rng(4).uniform((10.98, 106.67), (10.99, 106.68), (400, 2))
    walks = walk_matrix(points, detour_factor=1, speed_mps=0.01).astype(float)
    np.fill_diagonal(walks, np.inf)
    near, _ = turf.nearest_by_line(points, 4)
    truth = np.argsort(walks, axis=1)[:, :4]
    agreed = [len(set(a) & set(b)) for a, b in zip(near.tolist(), truth.tolist(), strict=True)]
    assert np.mean(agreed) > 3.8


def test_no_territory_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        turf.cut(np.arange(3), [1, 1, 1], 0)


@settings(max_examples=30, deadline=None)
@given(coordinates, st.integers(1, 7))
def test_mended_borders_lose_no_home_and_keep_neighbours_together(
    points: list[tuple[float, float]], parts: int
) -> None:
    near = turf.nearest_by_walk(walk_matrix(points))
    minutes = np.full(len(points), 10.0)
    before = turf.cut(turf.alley_order(*near), minutes, parts)
    after = borders.mended(before, *near, minutes)
    assert after.shape == before.shape
    assert set(after.tolist()) <= set(range(parts))


def test_a_home_cut_off_from_its_alley_goes_back_to_it() -> None:
    points = [(10.98, 106.67 + n * 0.0001) for n in range(5)]
    points += [(10.99, 106.67 + n * 0.0001) for n in range(5)]
    near = turf.nearest_by_walk(walk_matrix(points), 4)
    crossed = np.array([0, 0, 1, 0, 0, 1, 1, 0, 1, 1])
    after = borders.mended(crossed, *near, np.full(10, 10.0))
    assert after.tolist() == [0] * 5 + [1] * 5


def test_borders_are_mended_without_making_minutes_uneven() -> None:
    points = np.random.default_rng(2).uniform((10.98, 106.67), (10.99, 106.68), (300, 2))
    minutes = np.random.default_rng(3).uniform(10, 20, 300)
    near = turf.nearest_by_walk(walk_matrix(points))
    before = turf.cut(turf.alley_order(*near), minutes, 25)
    after = borders.mended(before, *near, minutes)
    close = np.take_along_axis(near[0], near[1].argsort(axis=1)[:, :4], axis=1)
    together = [(cut[close] == cut[:, None]).mean() for cut in (before, after)]
    spread = [np.bincount(cut, weights=minutes).std() for cut in (before, after)]
    assert together[1] > together[0] + 0.02
    assert spread[1] < spread[0] + 2.0
