"""A faulty phone comes back, and its home waits for another."""

from __future__ import annotations

import pytest

from outreach.stock import queries as stock
from outreach.stock.models import Condition, Handset, PlaceKind
from tests.factories import Make
from tests.factories.visits import Walk
from tests.swaps.sending import hand_over, in_bag, state, told


@pytest.fixture
def given(make: Make, sign_in, walk: Walk) -> Handset:
    """A phone that was handed over this morning."""
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    assert hand_over(sign_in(walk.volunteer), walk, told(device.imei)).status_code == 200
    return device


def test_a_faulty_phone_leaves_the_home_and_the_case_says_so(
    make: Make, sign_in, session, walk: Walk, given: Handset
) -> None:
    client = sign_in(make.officer_of(walk.team))
    page = client.get(f"/stock/devices/{given.id}")
    url = f"/swaps/devices/{given.id}/faulty"
    assert f'action="{url}"' in page.text
    answer = client.post(url, data={"note": "không lên nguồn"})
    assert (answer.status_code, answer.location) == (303, f"/stock/devices/{given.id}")
    assert state(session, walk)[0] == "returned_faulty"
    standing = stock.standing(session, given.id)
    assert (standing.to_place.kind, standing.note) == (PlaceKind.TEAM, "không lên nguồn")
    assert session.get_one(Handset, given.id, populate_existing=True).condition is Condition.FAULTY
    session.rollback()
    (another,) = in_bag(make, walk)
    session.commit()
    assert hand_over(sign_in(walk.volunteer), walk, told(another.imei)).status_code == 200
    assert state(session, walk)[0] == "basics_taught"


@pytest.mark.parametrize("note", ["", "049 091 012 345"])
def test_without_a_word_or_with_a_secret_nothing_is_taken_back(
    make: Make, sign_in, session, walk: Walk, given: Handset, note: str
) -> None:
    client = sign_in(make.officer_of(walk.team))
    client.post(f"/swaps/devices/{given.id}/faulty", data={"note": note})
    assert client.get(f"/stock/devices/{given.id}").text.count('class="flash') == 1
    assert state(session, walk)[0] == "basics_taught"
    assert stock.standing(session, given.id).to_place.kind is PlaceKind.HOME


def test_a_phone_that_is_in_no_home_is_not_taken_back_from_one(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    client = sign_in(make.officer_of(walk.team))
    client.post(f"/swaps/devices/{device.id}/faulty", data={"note": "hỏng"})
    assert "không ở nhà nào" in client.get(f"/stock/devices/{device.id}").text
    assert stock.standing(session, device.id).to_place.kind is PlaceKind.BAG


def test_an_officer_of_another_commune_takes_nothing_back(
    make: Make, sign_in, session, walk: Walk, given: Handset
) -> None:
    stranger = make.officer_of(make.team())
    answer = sign_in(stranger).post(f"/swaps/devices/{given.id}/faulty", data={"note": "hỏng"})
    assert answer.status_code in {403, 404}
    assert state(session, walk)[0] == "basics_taught"
