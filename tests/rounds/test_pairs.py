"""People who go together: in the wizard, on both phones, in the ledger; what cannot be is said."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.households import services as households
from outreach.households.models import Resident
from outreach.households.services import Safety
from outreach.rounds import queries, rules, services
from outreach.rounds.models import Handout, Round, Route
from outreach.teams import services as teams
from outreach.visits import queries as day_queries
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import VisitReport
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ENDS, STARTS, ZONE, World, at


@pytest.fixture
def pair(world: World) -> tuple:
    one, other = world.members
    return one.user_id, other.user_id


def test_a_pair_comes_in_the_hours_both_can_and_knows_what_one_of_them_knows(
    world: World, pair, now
) -> None:
    one, other = world.members
    one.skills = ["bank"]
    world.make.day_off(one, DAY, hours=(8 * 60, 10 * 60))
    world.make.day_off(other, DAY, hours=(9 * 60, 11 * 60))
    world.homes(3)
    round_ = world.plan(pairs=(pair,))
    (route,) = world.routes(round_)
    assert (route.starts, route.ends) == (9 * 60, 10 * 60)
    assert services.walker_of(route, queries.skills(world.session, round_)).skills == ("bank",)


def test_two_who_cannot_come_at_the_same_time_cannot_go_together(world: World, pair) -> None:
    one, other = world.members
    world.homes(1)
    world.make.day_off(one, DAY, hours=(8 * 60, 9 * 60))
    world.make.day_off(other, DAY, hours=(10 * 60, 11 * 60))
    with pytest.raises(Refusal, match="không rảnh cùng lúc"):
        world.create(pairs=(pair,))


def test_nobody_is_in_two_pairs(world: World, pair) -> None:
    world.homes(1)
    third = world.make.member(world.team).user_id
    with pytest.raises(Refusal, match="chỉ ở trong một cặp"):
        world.create(pairs=(pair, (pair[0], third)))
    with pytest.raises(Refusal, match="chỉ ở trong một cặp"):
        world.create(pairs=((third, third),))


def test_both_of_a_pair_see_the_day_and_may_report(world: World, pair, now) -> None:
    world.homes(2)
    round_ = world.publish(world.plan(pairs=(pair,)))
    for number, member in enumerate(world.members):
        day = day_queries.day_of(world.session, member.user, DAY)
        assert day.total == 2
        stop = day.routes[0].stops[number].stop
        said = VisitReport(
            report_id=uuid4(), stop_id=stop.id, made_at=at(9), outcome=Outcome.NOBODY_HOME
        )
        visits.log_visit(world.session, said, actor=member.user, now=at(9), zone=ZONE)
        world.session.commit()
        card = day_queries.stop_card(world.session, stop.id, actor=member.user, on=DAY)
        assert len(card.here) == 1
    view = world.view(round_)
    assert view.routes[0].done == 2
    stranger = world.make.member(world.team).user
    with pytest.raises(NotAllowed):
        day_queries.stop_card(world.session, stop.id, actor=stranger, on=DAY)


def test_both_of_a_pair_are_given_the_homes_and_walk_the_whole_way(world: World, pair, now) -> None:
    world.homes(2)
    round_ = world.publish(world.plan(pairs=(pair,)))
    given = world.session.scalars(
        sa.select(Handout.volunteer_id).where(Handout.round_id == round_.id)
    ).all()
    assert sorted(given) == sorted([*pair, *pair])
    for stop in world.stops(round_):
        world.visited(stop, at(10))
    after = DAY.replace(day=DAY.day + 1)
    ledger = queries.ledger(world.session, world.team, after)
    assert set(ledger) == set(pair)
    assert ledger[pair[0]] == ledger[pair[1]]


def test_a_pair_on_one_round_is_busy_for_another_at_that_time(world: World, pair, now) -> None:
    world.homes(3)
    world.publish(world.plan(pairs=(pair,)))
    during = rules.Hours(STARTS, ENDS)
    people = queries.people(world.session, world.team, DAY, during)
    assert {p.member.user_id: p.busy for p in people} == dict.fromkeys(pair, True)


def test_the_pairs_of_last_time_are_proposed_again_where_both_can_come(
    world: World, pair, now
) -> None:
    world.homes(3)
    world.publish(world.plan(pairs=(pair,)))
    after = DAY.replace(day=DAY.day + 1)
    able = [*pair, uuid4()]
    (again,) = queries.usual_pairs(world.session, world.team, after, able)
    assert set(again) == set(pair)
    assert queries.usual_pairs(world.session, world.team, after, [pair[0]]) == []


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


def route_of(world: World, round_: Round, user_id) -> Route:
    return next(r for r in world.routes(round_) if r.volunteer_id == user_id)


def alone(world: World, home) -> None:
    rules_ = Safety(never_alone=True, reason="x")
    households.tell_safety(world.session, home.id, rules_, actor=world.leader, now=NOW)
    world.session.commit()


def test_somebody_goes_along_on_a_published_route_with_their_homes(world: World, pair, now) -> None:
    homes = world.homes(6)
    round_ = world.publish(world.plan())
    one, other = pair
    assert all(route.stops for route in world.routes(round_))
    services.join(world.edit(round_), route_of(world, round_, one).id, other)
    world.session.commit()
    joint, own = route_of(world, round_, one), route_of(world, round_, other)
    assert set(joint.people) == set(pair)
    assert {stop.household_id for stop in joint.stops} == {home.id for home in homes}
    assert (own.stops, own.locked) == ([], True)
    assert day_queries.day_of(world.session, world.members[1].user, DAY).total == 6
    world.session.commit()
    edit = world.edit(round_)
    with pytest.raises(Conflict, match="đang đi cùng người khác"):
        services.move_stop(edit, joint.stops[0].id, own.id, None)
    world.session.rollback()
    alone(world, homes[0])
    assert world.view(round_).broken == 0


def test_joining_can_be_undone(world: World, pair, now) -> None:
    world.homes(6)
    round_ = world.publish(world.plan())
    before = world.walked(round_)
    one, other = pair
    services.join(world.edit(round_), route_of(world, round_, one).id, other)
    world.session.commit()
    services.undo(world.edit(round_))
    world.session.commit()
    assert world.walked(round_) == before
    assert [len(route.people) for route in world.routes(round_)] == [1, 1]


@pytest.mark.parametrize("leaving", [0, 1])
@pytest.mark.parametrize("joined", [True, False])
def test_who_is_left_of_a_pair_keeps_what_may_be_done_alone(
    world: World, pair, now, leaving: int, joined: bool
) -> None:
    homes = world.homes(5)
    if joined:
        round_ = world.publish(world.plan())
        services.join(world.edit(round_), route_of(world, round_, pair[0]).id, pair[1])
        world.session.commit()
    else:
        round_ = world.publish(world.plan(pairs=(pair,)))
    alone(world, homes[1])
    (route,) = [r for r in world.routes(round_) if r.partner_id]
    assert services.part(world.edit(round_), route.id, pair[leaving]) == 1
    world.session.commit()
    (left,) = [r for r in world.routes(round_) if r.stops]
    assert left.people == (pair[1 - leaving],)
    assert {s.household_id for s in left.stops} == {h.id for h in homes if h is not homes[1]}
    assert world.view(round_).broken == 0
    assert [row.reason for row in queries.left_out(world.session, round_).rows] == ["no_pair"]


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
    services.limit(world.edit(round_), first.id, {**none, "most_visits": 5, "most_walking": None})
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
