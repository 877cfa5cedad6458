"""What nobody could do is found before anything is planned, and said in the wizard."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.households import services as households
from outreach.households.services import Safety
from outreach.rounds import services
from outreach.rounds.models import Round
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World, at


@pytest.fixture
def pair(world: World) -> tuple[UUID, UUID]:
    one, other = world.members
    return one.user_id, other.user_id


def foreseen(world: World, **change) -> dict[str, tuple[str, bool]]:
    """Homes that cannot be visited, by address: why, and whether it was promised."""
    drawn = services.drafted(
        world.session, world.wish(**change), actor=world.leader, now=NOW, zone=ZONE
    )
    found = services.foreseen(world.session, drawn, now=NOW, zone=ZONE)
    told = {one.home.address: (one.missed.reason, one.promised) for one in found}
    world.session.rollback()
    return told


def test_what_nobody_could_do_is_said_before_anything_is_planned(world: World, pair, now) -> None:
    one, other = world.members
    alone, named, dark, late, fine = world.homes(5)
    tell = {
        alone: Safety(never_alone=True, reason="x"),
        named: Safety(visitor_ids=frozenset({other.user_id}), reason="x"),
        dark: Safety(not_after_dark=True, reason="x"),
    }
    for home, rules_ in tell.items():
        households.tell_safety(world.session, home.id, rules_, actor=world.leader, now=NOW)
    for home in (dark, late):
        world.make.appointment(home, at(19))
    world.session.commit()
    found = foreseen(world, volunteer_ids=(one.user_id,))
    assert found == {
        alone.address: ("no_pair", False),
        named.address: ("only_by", False),
        dark.address: ("after_dark", True),
        late.address: ("window_outside_shifts", True),
    }
    assert fine.address not in found
    assert foreseen(world, ends=20 * 60 + 30, pairs=(pair,)) == {dark.address: ("after_dark", True)}
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Round)) == 0


def test_promises_that_exclude_each_other_are_said_and_made_by_more_people(
    world: World, sign_in, now
) -> None:
    homes = world.homes(8)
    for home in homes:
        world.make.appointment(home, at(9))
    world.session.commit()
    first = (world.members[0].user_id,)
    told = foreseen(world, volunteer_ids=first)
    assert set(told.values()) == {("promises_clash", True)}
    assert len(told) == 2, "eleven minutes each, begun within an hour"
    assert foreseen(world) == {}
    wish = {
        "team": str(world.team.id), "day": DAY.isoformat(), "starts": "08:00", "ends": "11:00",
        "area": str(world.area.id), "person": [str(first[0])],
    }  # fmt: skip
    page = sign_in(world.leader).get("/rounds/new/people", query_string=wish)
    kept = {home.address for home in homes} - set(told)
    assert any(f"cũng đã hẹn ở hộ khác, chẳng hạn {address}." in page.text for address in kept)
    assert f"{len(told)} hộ đã hẹn mà những người này không đến được" in page.text


def test_the_wizard_says_it_and_makes_the_plan_only_when_told_to(
    world: World, sign_in, now
) -> None:
    home, *_others = world.homes(3)
    world.make.appointment(home, at(19))
    browser = sign_in(world.leader)
    wish = {
        "team": str(world.team.id), "day": DAY.isoformat(), "starts": "08:00", "ends": "11:00",
        "area": str(world.area.id), "person": [str(m.user_id) for m in world.members],
    }  # fmt: skip
    page = browser.get("/rounds/new/people", query_string=wish)
    assert "1 hộ đã hẹn mà những người này không đến được" in page.text
    assert home.address in page.text
    assert browser.post("/rounds/new", data=wish).status_code == 422
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Round)) == 0
    world.session.commit()
    made = browser.post("/rounds/new", data={**wish, "anyway": "y"})
    assert made.status_code == 303


def test_the_wizard_joins_two_people(world: World, sign_in, pair, now) -> None:
    world.homes(3)
    browser = sign_in(world.leader)
    wish = {
        "team": str(world.team.id), "day": DAY.isoformat(), "starts": "08:00", "ends": "11:00",
        "area": str(world.area.id), "person": [str(one) for one in pair],
    }  # fmt: skip
    half = browser.post("/rounds/new", data={**wish, "first": str(pair[0]), "second": ""})
    assert half.status_code == 422
    assert "Một cặp gồm hai người" in half.text
    made = browser.post("/rounds/new", data={**wish, "first": str(pair[0]), "second": str(pair[1])})
    assert made.status_code == 303
    (round_,) = world.session.scalars(sa.select(Round))
    (route,) = world.routes(round_)
    assert set(route.people) == set(pair)
