"""Serial numbers and the ways a device may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.stock import rules
from outreach.stock.models import Kind, PlaceKind

#: Numbers printed on boxes.
GOOD = ["356938035643809", "490154203237518", "35-693803-564380-9"]
BAD = ["", "356938035643808", "35693803564380", "3569380356438090", "35693803564380O", "0" * 15,
       "３５６９３８０３５６４３８０９"]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_right_number_is_taken_as_fifteen_digits(text: str) -> None:
    assert rules.imei(text) == "".join(c for c in text if c.isdigit())


@pytest.mark.parametrize("text", BAD)
def test_a_wrong_number_is_none(text: str) -> None:
    assert rules.imei(text) is None


@given(st.integers(1, 10**14 - 1), st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(stem: int, at: int, by: int) -> None:
    right = next(filter(rules.imei, (f"{stem:014}{digit}" for digit in range(10))))
    wrong = right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]
    assert rules.imei(wrong) is None


def test_every_place_but_the_recycler_has_a_way_out_and_one_in() -> None:
    for kind in Kind:
        for place in PlaceKind:
            out = rules.ways(kind, place)
            assert place not in out
            assert bool(out) is (place is not PlaceKind.RECYCLER)
        reached = {there for here in PlaceKind for there in rules.ways(kind, here)}
        assert reached == set(PlaceKind)


def test_an_old_phone_goes_up_and_never_out_again_by_way_of_a_team() -> None:
    assert not rules.may_go(Kind.OLD, PlaceKind.TEAM, PlaceKind.BAG)
    assert not rules.may_go(Kind.OLD, PlaceKind.STORE, PlaceKind.TEAM)
    assert rules.may_go(Kind.OLD, PlaceKind.STORE, PlaceKind.RECYCLER)


def test_a_number_is_read_out_in_groups() -> None:
    assert rules.spoken("356938035643809") == "35-693803-564380-9"
    assert rules.spoken(None) == "—"
