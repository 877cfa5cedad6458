"""What walks that happened teach about the detours of alleys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.routing import detours
from outreach.routing.detours import Learned, Trip
from outreach.routing.walking import SPEED_MPS

trips = st.builds(Trip, line_m=st.floats(1, 3000), seconds=st.floats(-100, 5000))
believed = st.builds(
    lambda line, factor: Trip(line, line * factor / SPEED_MPS),
    st.floats(detours.SHORTEST_M, 400),
    st.floats(0.9, 5.0),
).filter(lambda trip: trip.believed)


def walked(factor: float, count: int, line: float = 100) -> list[Trip]:
    return [Trip(line, line * factor / SPEED_MPS)] * count


def test_alleys_twice_as_long_as_the_line_are_learned() -> None:
    assert detours.learn(walked(2.0, 40)) == Learned(2.0, 40)


def test_few_walks_teach_nothing() -> None:
    assert detours.learn(walked(2.0, detours.FEWEST - 1)) is None
    assert detours.learn(walked(2.0, detours.FEWEST)) is not None


@pytest.mark.parametrize(
    "trip",
    [
        Trip(detours.SHORTEST_M - 1, 60),
        Trip(500, detours.LONGEST_S + 1),
        Trip(200, 0),
        Trip(200, -20),
        Trip(400, 60),  # nobody runs so fast: reports of a batch
        Trip(100, 900),  # a quarter of an hour for a hundred metres: a rest
    ],
)
def test_what_was_no_walk_is_not_counted(trip: Trip) -> None:
    found = detours.learn([*walked(1.5, 40), *[trip] * 40])
    assert found == Learned(1.5, 40)


@given(st.lists(trips, max_size=120))
def test_a_factor_is_always_one_that_people_can_walk(some: list[Trip]) -> None:
    found = detours.learn(some)
    if found is None:
        assert sum(trip.believed for trip in some) < detours.FEWEST
    else:
        assert detours.LEAST <= found.factor <= detours.MOST
        assert found.walks == sum(trip.believed for trip in some)


@given(st.lists(believed, min_size=detours.FEWEST, max_size=80), st.randoms())
def test_the_order_in_which_walks_are_read_does_not_matter(some: list[Trip], chance) -> None:
    mixed = list(some)
    chance.shuffle(mixed)
    assert detours.learn(mixed) == detours.learn(some)


@given(st.lists(believed, min_size=detours.FEWEST, max_size=80))
def test_half_of_the_metres_lie_on_either_side(some: list[Trip]) -> None:
    found = detours.learn(some)
    assert found is not None
    metres = sum(trip.line_m for trip in some)
    # two decimals are kept
    below = sum(t.line_m for t in some if t.factor < found.factor - 0.006)
    above = sum(t.line_m for t in some if t.factor > found.factor + 0.006)
    if detours.LEAST < found.factor < detours.MOST:
        assert below <= metres / 2 + 1e-6
        assert above <= metres / 2 + 1e-6


@given(believed)
def test_one_odd_walk_among_many_moves_nothing(odd: Trip) -> None:
    found = detours.learn([*walked(1.6, 60), odd])
    assert found is not None
    assert found.factor == 1.6


def test_neighbourhoods_of_a_round_weigh_the_same() -> None:
    assert detours.together([Learned(1.2, 40), Learned(1.6, 900)], 1.35) == Learned(1.4, 940)
    assert detours.together([Learned(1.65, 40), None], 1.35) == Learned(1.5, 40)
    assert detours.together([None, None], 1.35) is None
    assert detours.together([], 1.35) is None


@pytest.mark.parametrize(("walked_at", "learned"), [(4.0, detours.MOST), (0.9, detours.LEAST)])
def test_a_factor_stays_within_what_alleys_can_do(walked_at: float, learned: float) -> None:
    assert detours.learn(walked(walked_at, 40)) == Learned(learned, 40)
