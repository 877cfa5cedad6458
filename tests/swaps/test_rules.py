"""Receipts that are valid without a network, signatures, and the way to a state."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.assistance.catalogue import programmes
from outreach.swaps import rules
from outreach.swaps.models import FaceCheck, Tick
from tests.swaps.sending import SIGNATURE

DEVICE = programmes()[rules.PROGRAMME]


@given(st.uuids(), st.uuids())
def test_a_receipt_reads_back_as_it_was_made_and_says_whose_it_is(who, form) -> None:
    number = rules.receipt_no(who, form)
    assert rules.read_receipt_no(number) == number
    assert rules.read_receipt_no(number.lower().replace("-", " ")) == number
    assert rules.is_of(number, who)
    assert number == rules.receipt_no(who, form)


@given(st.uuids(), st.uuids(), st.integers(0, 11), st.integers(1, 31))
def test_one_miswritten_letter_is_always_noticed(who, form, at, by) -> None:
    plain = rules.receipt_no(who, form).replace("-", "")
    letter = rules.LETTERS[(rules.LETTERS.index(plain[at]) + by) % 32]
    assert rules.read_receipt_no(plain[:at] + letter + plain[at + 1 :]) is None


def test_letters_that_look_alike_are_read_as_what_was_meant() -> None:
    number = rules.receipt_no(uuid.UUID(int=0), uuid.UUID(int=1 << 90))
    assert rules.read_receipt_no(number.replace("0", "O").replace("1", "l")) == number
    assert rules.read_receipt_no("") is None
    assert rules.read_receipt_no(number + "0") is None


def test_a_hundred_thousand_receipts_are_all_different() -> None:
    people = [uuid.uuid4() for _ in range(100)]
    made = {rules.receipt_no(who, uuid.uuid4()) for who in people for _ in range(1000)}
    assert len(made) == 100_000


@pytest.mark.parametrize(
    ("path", "good"),
    [
        (SIGNATURE, True),
        ("", False),
        ("M1 1L2 2", False),
        (SIGNATURE + '"/><script>', False),
        (SIGNATURE.replace("M", "m"), False),
        ("M1 1" + "L2 2" * 2100, False),
    ],
)
def test_a_signature_is_a_path_and_more_than_a_slip(path: str, *, good: bool) -> None:
    assert rules.is_signature(path) is good


def test_the_way_leads_straight_and_not_through_what_ends_or_branches_off() -> None:
    assert rules.way(DEVICE, None, "handed_over") == (
        "eligible",
        "listed",
        "device_reserved",
        "handed_over",
    )
    assert rules.way(DEVICE, "listed", "listed") == ()
    assert rules.way(DEVICE, "returned_faulty", "replaced") == ("replaced",)
    assert rules.way(DEVICE, "closed", "handed_over") is None
    assert rules.way(DEVICE, "subscriber_verified", "handed_over") is None


def test_what_was_not_ticked_ends_what_was_reached() -> None:
    everything = set(Tick)
    assert list(rules.reached(everything, FaceCheck.DONE)) == [
        "sim_in_new_device",
        "subscriber_verified",
        "basics_taught",
    ]
    assert list(rules.reached(everything, FaceCheck.LATER)) == ["sim_in_new_device"]
    assert list(rules.reached(everything - {Tick.SIM_MOVED}, FaceCheck.DONE)) == []
