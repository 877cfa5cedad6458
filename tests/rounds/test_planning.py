"""From the wish to the stored plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.rounds import jobs, queries, rules, services
from outreach.rounds.models import LeftOut, Planning, Round, State
from outreach.teams.models import Position
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World, at


def reasons(world: World, round_: Round) -> dict[object, str]:
    rows = world.session.scalars(sa.select(LeftOut).where(LeftOut.round_id == round_.id))
    return {row.household_id: row.reason for row in rows}


def test_a_plan_visits_homes_in_turn_and_within_everybodys_hours(world: World, now) -> None:
    world.homes(10)
    round_ = world.plan()
    assert round_.state is State.PROPOSED
    view = world.view(round_)
    assert view.visits == 10
    assert view.walking == 2
    assert view.broken == 0
    for route in view.routes:
        times = [stop.stop.starts_s for stop in route.stops]
        assert times == sorted(times)
        assert [stop.stop.position for stop in route.stops] == list(range(1, len(times) + 1))
        assert route.route.work_s <= (route.route.ends - route.route.starts) * 60


def test_homes_without_a_point_or_a_need_are_listed_with_why(world: World, make, now) -> None:
    world.homes(2)
    nowhere = make.home(world.area, east=None)
    content = make.content_home(world.area)
    elsewhere = make.home(make.neighbourhood())
    round_ = world.plan()
    found = reasons(world, round_)
    assert found == {nowhere.id: "no_point", content.id: "nothing_missing"}
    assert elsewhere.id not in found


def test_an_agreed_window_is_kept_and_its_stop_says_so(world: World, make, now) -> None:
    homes = world.homes(8)
    promised = make.appointment(homes[7], at(9.5), minutes=30)
    round_ = world.plan()
    stop = next(s for s in world.stops(round_) if s.household_id == homes[7].id)
    assert at(9.5) <= at(0) + timedelta(seconds=stop.starts_s) <= at(10)
    assert stop.appointment_id == promised.id
    assert "appointment" in stop.reasons
    view = world.view(round_)
    assert (view.promised, view.kept) == (1, 1)


def test_a_visit_that_needs_a_skill_goes_to_somebody_who_has_it(world: World, make, now) -> None:
    homes = world.homes(6)
    able = make.member(world.team, skills=("bank",))
    world.members.append(able)
    make.appointment(homes[0], at(9), skill="bank")
    make.appointment(homes[1], at(9), skill="digital_signature")
    round_ = world.plan()
    stop = next(s for s in world.stops(round_) if s.household_id == homes[0].id)
    assert stop.route.volunteer_id == able.user_id
    assert reasons(world, round_) == {homes[1].id: "no_skill"}


def test_home_hours_are_kept(world: World, make, session, now) -> None:
    homes = world.homes(6)
    homes[3].home_from, homes[3].home_until = 10 * 60, 10 * 60 + 30
    session.commit()
    round_ = world.plan()
    stop = next(s for s in world.stops(round_) if s.household_id == homes[3].id)
    assert 10 * 3600 <= stop.starts_s <= 10.5 * 3600


def test_people_walk_only_in_their_own_hours(world: World, make, now) -> None:
    world.homes(12)
    make.weekly(world.members[0], 9 * 60, 10 * 60)
    round_ = world.plan()
    short = next(r for r in world.routes(round_) if r.volunteer_id == world.members[0].user_id)
    assert (short.starts, short.ends) == (540, 600)
    assert all(stop.starts_s >= 9 * 3600 for stop in short.stops)


def test_planning_again_keeps_locked_stops_and_routes(world: World, now) -> None:
    world.homes(9)
    round_ = world.plan()
    first, second = world.routes(round_)
    pinned = first.stops[0]
    kept = [(s.id, s.starts_s) for s in second.stops]
    services.lock_stop(world.edit(round_), pinned.id, locked=True)
    services.lock_route(world.edit(round_), second.id, locked=True)
    world.session.commit()
    world.plan(round_)
    first, second = world.routes(round_)
    assert pinned.id in [s.id for s in first.stops]
    assert [(s.id, s.starts_s) for s in second.stops] == kept


def test_a_home_on_another_published_round_is_not_visited_twice(world: World, now) -> None:
    world.homes(4)
    world.publish(world.plan())
    later = world.plan(starts=14 * 60, ends=17 * 60)
    assert set(reasons(world, later).values()) == {"other_round"}
    assert later.state is State.DRAFT
    assert later.failure == "nothing_to_visit"


def test_a_round_that_is_being_planned_is_not_asked_for_again(world: World, now) -> None:
    world.homes(2)
    round_ = world.create()
    services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    with pytest.raises(Conflict):
        services.request_planning(world.session, round_, actor=world.leader, now=NOW)


def test_a_wish_is_worked_on_by_one_at_a_time_until_its_lease_expires(world: World, now) -> None:
    world.homes(2)
    round_ = world.create()
    services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.flush()
    assert services.claim(world.session, worker="a", now=NOW) is not None
    world.session.flush()
    assert services.claim(world.session, worker="b", now=NOW) is None
    later = NOW + rules.LEASE + timedelta(seconds=1)
    taken = services.claim(world.session, worker="b", now=later)
    assert taken is not None
    world.session.flush()
    kept = services.beat(world.session, taken, worker="a", now=later, news=(10, 3))
    assert not kept


def test_what_breaks_again_and_again_is_given_up(world: World, now) -> None:
    world.homes(2)
    round_ = world.create()
    services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.flush()
    when = NOW
    for _ in range(rules.ATTEMPTS):
        assert services.claim(world.session, worker="a", now=when) is not None
        world.session.flush()
        when += rules.LEASE * 2
    assert services.claim(world.session, worker="a", now=when) is None
    assert (round_.state, round_.failure) == (State.DRAFT, "solver_broke")


def test_a_plan_for_a_lost_lease_or_a_stopped_wish_is_not_stored(world: World, now) -> None:
    world.homes(3)
    round_ = world.create()
    planning = services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    services.claim(world.session, worker="a", now=NOW)
    world.session.commit()
    asked = services.ask(world.session, planning.id, now=NOW, zone=ZONE)
    assert asked is not None
    from outreach.rounds import questions
    from outreach.routing import planner

    posed = questions.posed(asked.question)
    answer = questions.answer(planner.solve(posed.instance, seconds=0), posed, asked.question)

    def store(worker: str) -> bool:
        return services.store(world.session, asked, answer, worker=worker, now=NOW, zone=ZONE)

    assert not store("b")
    services.stop_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    assert not store("a")
    assert world.stops(round_) == []
    assert round_.state is State.DRAFT


def test_a_broken_solver_leaves_the_round_as_it_was(
    world: World, now, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.homes(3)
    round_ = world.create()
    services.request_planning(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert jobs.plan_due(world.db, ZONE) == 0
    world.session.expire_all()
    assert (round_.state, round_.failure) == (State.DRAFT, "solver_broke")
    assert world.session.scalars(sa.select(Planning)).all() == []


@pytest.mark.parametrize(
    "change",
    [
        {"day": DAY - timedelta(days=2)},
        {"day": DAY + timedelta(days=90)},
        {"starts": 600, "ends": 600},
        {"area_ids": ()},
        {"volunteer_ids": ()},
    ],
)
def test_a_round_that_cannot_be_is_not_made(world: World, now, change) -> None:
    world.homes(2)
    with pytest.raises(Refusal):
        world.create(**change)


def test_a_round_needs_homes_with_points(world: World, make, now) -> None:
    make.home(world.area, east=None)
    with pytest.raises(Refusal):
        world.create()


def test_foreign_people_and_areas_are_refused(world: World, make, now) -> None:
    world.homes(2)
    with pytest.raises(Refusal):
        world.create(area_ids=(make.neighbourhood().id,))
    with pytest.raises(Refusal):
        world.create(volunteer_ids=(make.user().id,))
    stranger = make.member(make.team(), position=Position.LEADER).user
    with pytest.raises(NotFound):
        services.create(world.session, world.wish(), actor=stranger, now=NOW, zone=ZONE)


def test_the_question_asks_as_often_for_few_homes_as_for_many(
    world: World, now, queries: list[str]
) -> None:
    def asked(homes: int) -> int:
        world.homes(homes)
        round_ = world.create()
        planning = services.request_planning(world.session, round_, actor=world.leader, now=NOW)
        world.session.commit()
        queries.clear()
        with world.db.sessions() as fresh:
            services.ask(fresh, planning.id, now=NOW, zone=ZONE)
        return len(queries)

    assert asked(2) == asked(20)


def test_who_is_on_another_round_that_day_is_busy(world: World, now) -> None:
    world.homes(6)
    world.publish(world.plan())
    during = rules.Hours(8 * 60, 11 * 60)
    assert all(person.busy for person in queries.people(world.session, world.team, DAY, during))


def test_another_plan_says_what_it_changed(world: World, make, now) -> None:
    homes = world.homes(6)
    round_ = world.plan()
    assert "moved" not in round_.figures
    first = {stop.household_id: stop.route.volunteer_id for stop in world.stops(round_)}
    make.appointment(make.home(world.area, east=30), at(9))
    homes[5].archived_at = NOW
    world.session.commit()
    world.plan(round_)
    after = {stop.household_id: stop.route.volunteer_id for stop in world.stops(round_)}
    assert (round_.figures["added"], round_.figures["dropped"]) == (1, 1)
    both = first.keys() & after.keys()
    assert round_.figures["moved"] == sum(first[home] != after[home] for home in both)
