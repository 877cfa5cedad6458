"""People who go together: on both phones, in the ledger, joined and parted while the day runs."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.households import services as households
from outreach.households.services import Safety
from outreach.rounds import queries, rules, services
from outreach.rounds.models import Handout, Round, Route
from outreach.visits import queries as day_queries
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import VisitReport
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ENDS, STARTS, ZONE, World, at


@pytest.fixture
def pair(world: World) -> tuple[UUID, UUID]:
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
