"""Publishing, withdrawing and closing a round; what volunteers and boards then see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.core.errors import Conflict
from outreach.rounds import queries, services
from outreach.rounds.models import State
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World, at, state_of


def windows(world: World, state: Kept = Kept.OPEN) -> list[Appointment]:
    return list(world.session.scalars(sa.select(Appointment).where(Appointment.state == state)))


def test_publishing_announces_every_visit_and_shows_the_route(world: World, make, now) -> None:
    homes = world.homes(6, phone=True)
    agreed = make.appointment(homes[0], at(9), minutes=60)
    round_ = world.plan()
    volunteer = world.routes(round_)[0].volunteer_id
    assert queries.route_of(world.session, volunteer, DAY) is None
    world.publish(round_)
    assert state_of(round_) is State.PUBLISHED
    assert len(windows(world)) == 6
    assert agreed.visitor_id is not None
    route = queries.route_of(world.session, volunteer, DAY)
    assert route is not None
    assert route.volunteer_id == volunteer
    for window in windows(world):
        assert at(8) <= window.starts_at < window.ends_at <= at(11)
        stop = next(s for s in world.stops(round_) if s.household_id == window.household_id)
        planned = at(0) + timedelta(seconds=stop.starts_s)
        assert window.starts_at <= planned <= window.ends_at


def test_withdrawing_hides_the_round_and_cancels_what_was_announced(
    world: World, make, now
) -> None:
    homes = world.homes(4)
    agreed = make.appointment(homes[0], at(9))
    round_ = world.publish(world.plan())
    services.withdraw(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    assert state_of(round_) is State.PROPOSED
    assert windows(world) == [agreed]
    assert queries.route_of(world.session, world.members[0].user_id, DAY) is None
    world.publish(round_)
    assert len(windows(world)) == 4


def test_closing_the_day_is_for_the_day_itself(world: World, now) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    with pytest.raises(Conflict):
        services.close(world.session, round_, actor=world.leader, now=NOW, zone=ZONE)
    services.close(world.session, round_, actor=world.leader, now=at(12), zone=ZONE)
    world.session.commit()
    assert state_of(round_) is State.CLOSED
    assert windows(world) == []
    with pytest.raises(Conflict):
        world.edit(round_)


def test_only_what_is_planned_is_published_and_only_for_days_to_come(world: World, now) -> None:
    world.homes(4)
    round_ = world.create()
    with pytest.raises(Conflict):
        world.publish(round_)
    world.plan(round_)
    with pytest.raises(Conflict):
        world.publish(round_, now=NOW + timedelta(days=3))


def test_nobody_is_published_to_two_places_at_once(world: World, make, now) -> None:
    world.homes(4)
    first, second = world.plan(), world.plan()
    world.publish(first)
    with pytest.raises(Conflict) as refused:
        world.publish(second)
    assert world.members[0].user.name in str(refused.value)


def test_a_published_round_can_be_cancelled_only_after_withdrawing_it(world: World, now) -> None:
    world.homes(2)
    round_ = world.publish(world.plan())
    with pytest.raises(Conflict):
        services.cancel(world.session, round_, actor=world.leader, now=NOW)
    services.withdraw(world.session, round_, actor=world.leader, now=NOW)
    services.cancel(world.session, round_, actor=world.leader, now=NOW)
    assert state_of(round_) is State.CANCELLED


def test_volunteers_see_the_old_plan_while_a_new_one_is_made(world: World, now) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    assert state_of(round_) is State.PLANNING
    assert queries.route_of(world.session, world.members[0].user_id, DAY) is not None
    services.stop_planning(world.session, round_, actor=world.leader, now=NOW)
    assert state_of(round_) is State.PUBLISHED


def test_planning_a_published_round_again_keeps_promised_windows(world: World, now) -> None:
    world.homes(8)
    round_ = world.publish(world.plan())
    told = {w.household_id: (w.starts_at, w.ends_at, w.visit_code) for w in windows(world)}
    world.plan(round_)
    again = {w.household_id: (w.starts_at, w.ends_at, w.visit_code) for w in windows(world)}
    assert again == told


def test_a_route_comes_with_all_a_phone_needs(world: World, queries: list[str], now) -> None:
    from outreach.rounds import queries as reads

    def asked(homes: int, day) -> int:
        world.homes(homes, phone=True)
        round_ = world.publish(world.plan(day=day))
        volunteer = world.routes(round_)[0].volunteer_id
        world.session.commit()
        queries.clear()
        with world.db.sessions() as fresh:
            route = reads.route_of(fresh, volunteer, day)
            assert route is not None
            assert route.stops
            for stop in route.stops:
                assert stop.household.area.full_name
                assert stop.household.residents[0].phones[0].contact_point.number
            assert route.round.team.area.full_name
        return len(queries)

    assert asked(2, DAY) == asked(12, DAY + timedelta(days=1))


def test_the_board_has_the_published_rounds_of_a_team_or_an_area(world: World, make, now) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    world.plan(starts=14 * 60, ends=17 * 60)
    assert queries.board(world.session, DAY, team=world.team) == [round_]
    assert queries.board(world.session, DAY, area=world.area.parent) == [round_]
    assert queries.board(world.session, DAY, area=make.neighbourhood()) == []
    assert queries.board(world.session, DAY + timedelta(days=1), team=world.team) == []
