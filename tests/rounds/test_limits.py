"""Rests and limits of people, and one visit for all who live in a house."""

from __future__ import annotations

from uuid import UUID

import pytest

from outreach.households.models import Resident
from outreach.rounds import services
from outreach.rounds.limits import Limits
from outreach.rounds.models import Round, Route
from outreach.teams import services as teams
from outreach.visits import queries as day_queries
from tests.conftest import NOW
from tests.rounds.worlds import DAY, World


@pytest.fixture
def pair(world: World) -> tuple[UUID, UUID]:
    one, other = world.members
    return one.user_id, other.user_id


def route_of(world: World, round_: Round, user_id) -> Route:
    return next(r for r in world.routes(round_) if r.volunteer_id == user_id)


def test_a_rest_is_kept_and_shown(world: World, now) -> None:
    one = world.members[0]
    limits = {
        "rest_from": 9 * 60, "rest_until": 9 * 60 + 30, "rest_minutes": 20,
        "most_visits": None, "most_walking": None,
    }  # fmt: skip
    teams.tell_limits(world.session, one, limits, actor=one.user, now=NOW)
    world.homes(12)
    round_ = world.plan(volunteer_ids=(one.user_id,))
    (route,) = world.routes(round_)
    assert route.rest_at_s is not None
    assert 9 * 3600 <= route.rest_at_s <= 9.5 * 3600
    until = route.rest_at_s + 20 * 60
    for stop in route.stops:
        assert stop.starts_s + stop.service_s <= route.rest_at_s or stop.starts_s >= until
    day = day_queries.day_of(world.session, one.user, DAY)
    assert day.unpublished
    world.session.commit()
    world.publish(round_)
    day = day_queries.day_of(world.session, one.user, DAY)
    assert day.routes[0].minutes == (route.work_s + 20 * 60) / 60


def test_nobody_is_given_more_than_they_can_bear(world: World, now) -> None:
    one, other = world.members
    none = dict.fromkeys(("rest_from", "rest_until", "rest_minutes"))
    for member, limits in (
        (one, {"most_visits": 2, "most_walking": None}),
        (other, {"most_visits": None, "most_walking": 6}),
    ):
        told = {**none, **limits}
        teams.tell_limits(world.session, member, told, actor=world.leader, now=NOW)
    world.homes(14, apart=90)
    round_ = world.plan()
    first, second = (route_of(world, round_, m.user_id) for m in world.members)
    assert len(first.stops) <= 2
    assert second.walking_s <= 6 * 60
    assert second.stops
    more = Limits(
        rest_from=None, rest_until=None, rest_minutes=None, most_visits=5, most_walking=None
    )
    services.limit(world.edit(round_), first.id, more)
    world.session.commit()
    round_ = world.plan(round_)
    assert 2 < len(route_of(world, round_, one.user_id).stops) <= 5


def test_several_people_in_one_house_are_one_visit(world: World, now) -> None:
    (home,) = world.homes(1)
    for name in ("An", "Bình", "Chi"):
        world.session.add(
            Resident(
                household=home,
                name=name,
                search_key=name,
                sort_key=name,
                created_at=NOW,
                position=1,
            )
        )
    world.session.commit()
    round_ = world.plan()
    assert [stop.household_id for stop in world.stops(round_)] == [home.id]


def test_hours_and_limits_are_said_on_the_pages(world: World, sign_in, now) -> None:
    member = world.members[0]
    browser = sign_in(member.user)
    here = f"/members/{member.id}"
    form = {"rest_from": "09:30", "rest_until": "10:00", "rest_minutes": "15", "most_visits": "9"}
    half = browser.post(f"{here}/limits", data={"rest_from": "09:30"})
    assert half.status_code == 422
    assert browser.post(f"{here}/limits", data=form).status_code == 303
    assert 'value="09:30"' in browser.get(f"{here}/hours").text


def test_the_route_page_joins_parts_and_limits(world: World, sign_in, pair, now) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    route = route_of(world, round_, pair[0])
    browser = sign_in(world.leader)
    here = f"/rounds/{round_.id}/routes/{route.id}"

    def send(what: str, **form) -> int:
        page = browser.get(here).text
        number = page.split('name="revision" value="')[1].split('"')[0]
        return int(browser.post(f"{here}/{what}", data={"revision": number, **form}).status_code)

    assert send("limits", rest_from="09:00") == 422
    assert send("limits", rest_from="09:00", rest_until="09:30", rest_minutes="15") == 303
    assert send("join", person=str(pair[1])) == 303
    names = [member.user.name for member in world.members]
    world.session.commit()
    assert f"{names[0]} + {names[1]}" in browser.get(here).text
    assert f"{names[0]} + {names[1]}" in browser.get(f"/rounds/{round_.id}/print").text
    phone = sign_in(world.members[1].user)
    assert f"Bạn đi cùng {names[0]}." in phone.get(f"/today?day={DAY}").text
    assert send("part", person=str(pair[1])) == 303
