"""Parcels: even work, whole neighbourhoods, and old names kept where that is possible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.routing import parcels
from outreach.routing.parcels import Ground

homes = st.lists(
    st.tuples(
        st.floats(10.9, 10.91), st.floats(106.7, 106.71), st.integers(0, 30), st.integers(0, 3)
    ),
    min_size=1,
    max_size=60,
)


def ground_of(rows: list[tuple[float, float, int, int]]) -> Ground:
    units = sorted({row[3] for row in rows})
    return Ground(
        np.array([row[:2] for row in rows], np.float64),
        np.array([row[2] for row in rows], np.float64),
        np.array([units.index(row[3]) for row in rows], np.int64),
    )


@settings(max_examples=80, deadline=None)
@given(homes, st.integers(1, 8))
def test_every_home_is_in_one_territory_and_borders_hold(rows, parts: int) -> None:
    ground = ground_of(rows)
    territory = parcels.fresh(ground, ground.service + ground.walking, parts)
    assert ((territory >= 0) & (territory < parts)).all()
    pairs = set(zip(territory.tolist(), ground.units.tolist(), strict=True))
    count = int(ground.units.max()) + 1
    if parts >= count:  # no territory in two neighbourhoods
        assert len(pairs) == len({t for t, _unit in pairs})
    else:  # no neighbourhood in two territories, and none of them empty
        assert len(pairs) == count
        assert {t for t, _unit in pairs} == set(range(parts))


@settings(max_examples=60, deadline=None)
@given(homes, st.integers(1, 5), st.randoms(use_true_random=False))
def test_evening_out_moves_nobody_over_a_border_and_loses_nobody(rows, parts: int, dice) -> None:
    ground = ground_of(rows)
    work = ground.service + ground.walking
    before = parcels.fresh(ground, work, parts)
    known = np.array([-1 if dice.random() < 0.2 else t for t in before.tolist()], np.int64)
    after = parcels.evened(ground, work, known)
    if (known >= 0).any():
        assert set(after.tolist()) <= set(known[known >= 0].tolist())
        assert len(after) == len(before)


def test_a_street_that_is_even_already_stays_as_it_is() -> None:
    points = [(10.9 + n * 0.0004, 106.7) for n in range(40)]
    ground = Ground(np.array(points), np.full(40, 10.0), np.zeros(40, np.int64))
    work = ground.service + ground.walking
    before = parcels.fresh(ground, work, 4)
    assert (parcels.evened(ground, work, before) == before).all()
    assert parcels.even(np.bincount(before, weights=work)) < 1.05


def test_work_that_grew_at_one_end_is_evened_out_with_few_moves() -> None:
    points = [(10.9 + n * 0.0004, 106.7) for n in range(60)]
    service = np.full(60, 10.0)
    ground = Ground(np.array(points), service, np.zeros(60, np.int64))
    before = parcels.fresh(ground, service, 3)
    grown = service.copy()
    grown[:20] = 13.0
    after = parcels.evened(ground, grown, before)
    assert parcels.even(np.bincount(before, weights=grown)) > 1.15
    assert parcels.even(np.bincount(after, weights=grown)) <= 1.08
    assert (after != before).sum() <= 10


def test_names_go_to_whoever_shares_most_homes() -> None:
    before = np.array([0, 0, 0, 1, 1, 1, -1, -1])
    new = np.array([1, 1, 0, 0, 0, 0, 2, 2])
    assert parcels.named_as_before(new, before, 3) == [1, 0, None]


@pytest.mark.parametrize(("minutes", "parts"), [([90, 5, 5], 2), ([1, 1, 1, 100], 3), ([5] * 7, 7)])
def test_neighbourhoods_are_grouped_in_runs_none_of_them_empty(minutes, parts: int) -> None:
    run = parcels._runs(np.array(minutes, float), parts).tolist()
    assert sorted(set(run)) == list(range(parts))
    assert run == sorted(run)


def test_no_territory_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        parcels.fresh(ground_of([(10.9, 106.7, 5, 0)]), np.array([5.0]), 0)


@settings(max_examples=80, deadline=None)
@given(homes)
def test_walking_order_has_every_home_once_also_where_many_share_a_spot(rows) -> None:
    points = np.array([row[:2] for row in [*rows, *rows]], np.float64)
    assert sorted(parcels.STRAIGHT.order(points).tolist()) == list(range(len(points)))


def test_streets_far_apart_are_walked_one_after_the_other() -> None:
    streets = [
        [(10.9 + street * 0.004, 106.7 + n * 0.0001) for n in range(20)] for street in range(5)
    ]
    order = parcels.STRAIGHT.order(np.array([spot for street in streets for spot in street]))
    visited = [home // 20 for home in order.tolist()]
    runs = [a for n, a in enumerate(visited) if n == 0 or visited[n - 1] != a]
    assert runs in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0])
