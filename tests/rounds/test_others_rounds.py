"""Urgent homes and other people's rounds: who may put what on whose list."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from outreach.accounts.models import Role
from outreach.households.models import Household
from outreach.rounds import queries, services
from outreach.rounds.models import Mode, Round, Route
from outreach.rounds.services import Terms
from outreach.rounds.views import board
from tests.conftest import NOW
from tests.rounds.test_proposals import round_
from tests.rounds.test_undo_since import window_of
from tests.rounds.worlds import ZONE, World, at

__all__ = ["round_"]


def put_on_the_way(home: Household, route: Route) -> None:
    """Half way to the first home of a route, so that going there first would cost nothing."""
    first = route.stops[0].household
    assert first.latitude is not None
    assert first.longitude is not None
    home.latitude = (route.start_latitude + first.latitude) / 2
    home.longitude = (route.start_longitude + first.longitude) / 2


def test_an_urgent_home_is_never_put_before_the_one_somebody_is_on_their_way_to(
    world: World, make, set_clock
) -> None:
    world.members = world.members[:1]
    world.homes(4, apart=200)
    set_clock(NOW)
    round_ = world.publish(world.plan())
    (route,) = world.routes(round_)
    going, urgent = route.stops[0].id, make.home(world.area)
    put_on_the_way(urgent, route)
    world.session.commit()
    before = services.add_home(world.edit(round_), urgent.id, None)
    assert before.position == 1
    world.session.rollback()
    set_clock(at(8.2))
    stop = services.add_home(world.edit(round_, now=at(8.2)), urgent.id, None)
    world.session.commit()
    assert world.routes(round_)[0].stops[0].id == going
    assert stop.position == 2


def test_homes_of_an_absent_person_come_after_the_one_their_helper_is_on_the_way_to(
    world: World, round_: Round, set_clock
) -> None:
    set_clock(at(8.1))
    ill, helper = world.routes(round_)
    going = helper.stops[0].id
    helper.start_longitude -= 0.006
    for stop in ill.stops:
        stop.service_s = 60
        put_on_the_way(stop.household, helper)
    world.session.commit()
    services.mark_absent(world.edit(round_, now=at(8.1)), ill.id)
    world.session.commit()
    assert world.routes(round_)[1].stops[0].id == going


def test_who_gets_no_more_homes_and_has_none_gets_none(world: World, round_: Round, make) -> None:
    empty, other = world.routes(round_)
    for stop in list(empty.stops):
        services.move_stop(world.edit(round_), stop.id, other.id, None)
    services.fill_route(world.edit(round_), empty.id, full=True)
    world.session.commit()
    make.home(world.area, east=630)
    world.accept(round_, world.propose(round_, Terms(Mode.FREE)))
    assert world.walked(round_)[empty.id] == []


def neighbours(world: World) -> World:
    """Another team of the same neighbourhood with a leader and people of its own."""
    return World(world.make, world.session, world.db, area=world.area)


def test_an_urgent_home_is_offered_to_nobody_else_when_somebody_has_it(
    world: World, make, now
) -> None:
    world.homes(4)
    round_, second = world.plan(), neighbours(world).plan()
    world.publish(round_)
    assert second.state == "proposed"
    held = world.stops(round_)[0]
    officer = make.user(Role.OFFICER, area=world.area)
    offered = services.offers(world.session, held.household_id, actor=officer, now=at(7), zone=ZONE)
    assert [(one.round.id, one.held_by is not None) for one in offered] == [(round_.id, True)]


def test_a_leader_puts_no_home_on_the_round_of_another_team(world: World, round_: Round) -> None:
    stranger = neighbours(world).leader
    urgent = world.make.home(world.area, east=90)
    before = world.walked(round_)
    offered = services.offers(world.session, urgent.id, actor=stranger, now=at(7), zone=ZONE)
    assert offered == []
    wanted = services.want(world.session, urgent.id, actor=stranger, now=NOW, zone=ZONE)
    world.session.commit()
    assert wanted is services.Asking.KEPT
    assert world.walked(round_) == before


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("proposal", {"mode": "free"}),
        ("proposal/accept", {"proposal": str(uuid4())}),
        ("proposal/drop", {}),
        ("undo", {"revision": 1}),
        ("plan", {"revision": 1}),
        ("withdraw", {"revision": 1}),
        ("close", {"revision": 1}),
        ("homes", {"revision": 1, "household": str(uuid4())}),
        ("routes/{route}/ill", {"most": 3}),
        ("routes/{route}/absent", {"revision": 1}),
        ("routes/{route}/lock", {"revision": 1, "locked": 1}),
        ("routes/{route}/full", {"revision": 1, "full": 1}),
        ("stops/{stop}/move", {"revision": 1, "route": str(uuid4())}),
        ("stops/{stop}/remove", {"revision": 1}),
        ("stops/{stop}/lock", {"revision": 1, "locked": 1}),
    ],
)
def test_a_leader_changes_nothing_of_another_team(
    world: World, round_: Round, sign_in, path: str, form
) -> None:
    stop = world.stops(round_)[0]
    here = path.format(route=stop.route_id, stop=stop.id)
    revision = round_.revision
    browser = sign_in(neighbours(world).leader)
    assert browser.post(f"/rounds/{round_.id}/{here}", data=form).status_code == 404
    world.session.expire_all()
    assert (round_.revision, queries.proposal_of(world.session, round_)) == (revision, None)


def test_an_urgent_home_goes_to_the_nearest_though_everybody_is_full(
    world: World, round_: Round, sign_in
) -> None:
    urgent = world.make.home(world.area, east=90)
    for route in world.routes(round_):
        route.ends = route.starts + 30
    world.session.commit()
    now = NOW
    (offer,) = services.offers(world.session, urgent.id, actor=world.leader, now=now, zone=ZONE)
    world.session.commit()
    assert offer.too_much
    assert offer.route is not None
    browser = sign_in(world.leader)
    page = browser.get(f"/rounds/urgent/{urgent.id}").text
    assert "Mọi người đều đã kín giờ" in page
    form = {"revision": round_.revision, "household": urgent.id, "route": offer.route.id}
    assert browser.post(f"/rounds/{round_.id}/homes", data=form).status_code == 303
    assert urgent.id in world.walked(round_)[offer.route.id]


def test_a_board_of_many_homes_is_a_head_for_each_list_and_one_list_can_be_asked_for(
    world: World, now, sign_in, monkeypatch
) -> None:
    for _ in range(2):
        world.members.append(world.make.member(world.team))
    world.homes(12)
    monkeypatch.setattr(board, "MOST_AT_ONCE", 3)
    many = world.publish(world.plan())
    browser, last = sign_in(world.leader), world.routes(many)[-1]
    page = browser.get(f"/rounds/{many.id}/board").text
    assert page.count("data-later=") == 2
    assert f'data-stop="{last.stops[0].id}"' not in page
    one = browser.get(f"/rounds/{many.id}/board/{last.id}").text
    assert all(f'data-stop="{stop.id}"' in one for stop in last.stops)


def test_a_leader_is_told_how_many_homes_a_change_tells_another_time(
    world: World, round_: Round, sign_in
) -> None:
    first, second = world.routes(round_)
    before = {stop.id: window_of(world, stop).starts_at for stop in world.stops(round_)}
    form = {"revision": round_.revision, "route": second.id, "position": "1"}
    path = f"/rounds/{round_.id}/stops/{first.stops[-1].id}/move"
    answer = sign_in(world.leader).post(path, data=form, headers={"Accept": "application/json"})
    world.session.expire_all()
    moved = sum(window_of(world, stop).starts_at != before[stop.id] for stop in world.stops(round_))
    assert moved
    assert f"{moved} hộ đã được báo giờ sẽ được báo giờ khác." in answer.json["said"]


def test_nothing_is_added_to_a_session_that_has_ended(world: World, round_: Round, make) -> None:
    urgent = make.home(world.area, east=90)

    def offered(now: datetime) -> list[services.Offer]:
        return services.offers(world.session, urgent.id, actor=world.leader, now=now, zone=ZONE)

    assert len(offered(at(10))) == 1
    assert offered(at(13)) == []
