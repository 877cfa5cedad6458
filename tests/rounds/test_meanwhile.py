"""The day goes on while somebody thinks or looks: reports come, hours pass, others change."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.services import Window
from outreach.core.errors import Conflict
from outreach.households.models import Household
from outreach.rounds import jobs, queries, questions, services, solving
from outreach.rounds.models import Mode, Proposal, Round, Route, Stop
from outreach.rounds.services import Terms
from outreach.rounds.views import board
from tests.conftest import NOW
from tests.rounds.test_proposals import found, round_
from tests.rounds.test_walking import lay_streets
from tests.rounds.worlds import DAY, ZONE, World, at

__all__ = ["round_"]


def window_of(world: World, stop: Stop) -> Appointment:
    return world.session.scalars(sa.select(Appointment).where(Appointment.stop_id == stop.id)).one()


def test_a_proposal_for_a_plan_on_streets_walks_along_them(
    world: World, now, tmp_path: Path, make
) -> None:
    world.homes(6)
    lay_streets(world, tmp_path)
    round_ = world.publish(world.plan())
    make.home(world.area, east=400)
    proposal = world.propose(round_, Terms(Mode.FILL))
    shown = {one.route.id: one.after for one in found(world, round_, proposal).routes}
    assert proposal.answer["on_streets"]
    assert world.accept(round_, proposal)
    assert {r.id: r.walking_s for r in world.routes(round_)} == {
        id_: after.walking_s for id_, after in shown.items()
    }


@pytest.mark.parametrize("mode", list(Mode))
def test_what_is_accepted_on_the_day_itself_takes_as_many_minutes_as_was_shown(
    world: World, round_: Round, set_clock, make, mode: Mode
) -> None:
    first, _second = world.routes(round_)
    world.visited(first.stops[0], at(8.6))
    make.home(world.area, east=630)
    now = at(8.9)
    set_clock(now)
    proposal = world.propose(round_, Terms(mode), now=now)
    seen = found(world, round_, proposal)
    shown = {one.route.id: one.after for one in seen.routes}
    changed = {one.route.id for one in seen.changed}
    said = proposal.answer["walks"]
    assert world.accept(round_, proposal, now=now)
    for route in world.routes(round_):
        assert (len(route.stops), route.work_s, route.walking_s) == (
            shown[route.id].homes, shown[route.id].work_s, shown[route.id].walking_s,
        )  # fmt: skip
    begins = {visit["home"]: visit["starts_s"] for walk in said for visit in walk["visits"]}
    touched = [route for route in world.routes(round_) if route.id in changed]
    assert touched
    for stop in (stop for route in touched for stop in route.stops):
        assert stop.starts_s == begins[str(stop.household_id)]


def test_a_home_visited_while_the_round_is_planned_again_stays_with_its_visitor(
    world: World, round_: Round, set_clock, monkeypatch
) -> None:
    set_clock(at(8.5))
    stop = world.routes(round_)[1].stops[-1]
    home, before = stop.household_id, (stop.id, stop.route_id)
    think = solving.solve

    def swapped(question: questions.Question) -> Iterator[questions.Answer]:
        """Everybody gets the other's homes, and meanwhile one of these is visited."""
        monkeypatch.setattr(solving, "solve", think)
        (said,) = (one for one in think(question) if isinstance(one, questions.Answer))
        world.visited(stop, at(8.5))
        one, other = said.walks
        walks = (
            dataclasses.replace(one, visits=other.visits),
            dataclasses.replace(other, visits=one.visits),
        )
        yield dataclasses.replace(said, walks=walks)

    monkeypatch.setattr(solving, "solve", swapped)
    services.request_planning(world.session, round_, actor=world.leader, now=at(8.5))
    world.session.commit()
    jobs.plan_due(world.db, ZONE)
    world.session.expire_all()
    (here,) = [s for s in world.stops(round_) if s.household_id == home]
    assert (here.id, here.route_id) == before
    assert round_.state == "published"


def test_planning_a_published_round_again_leaves_the_stop_under_way_first(
    world: World, round_: Round, set_clock
) -> None:
    going = {str(r.volunteer_id): str(r.stops[0].household_id) for r in world.routes(round_)}
    set_clock(at(8.5))
    planning = services.request_planning(world.session, round_, actor=world.leader, now=at(8.5))
    world.session.commit()
    asked = services.ask(world.session, planning.id, now=at(8.5), zone=ZONE)
    world.session.commit()
    assert asked is not None
    assert {w.id: w.done for w in asked.question.walkers} == {
        walker: (home,) for walker, home in going.items()
    }
    assert jobs.plan_due(world.db, ZONE) == 1
    world.session.expire_all()
    assert {
        str(r.volunteer_id): str(r.stops[0].household_id) for r in world.routes(round_)
    } == going


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


def test_a_proposal_that_lay_until_it_breaks_a_promise_is_asked_for_anew(
    world: World, make, set_clock
) -> None:
    homes = world.homes(6)
    make.appointment(homes[3], at(9.5), minutes=20)
    set_clock(NOW)
    round_ = world.publish(world.plan())
    extra = make.home(world.area, east=420)
    set_clock(at(8.1))
    proposal = world.propose(round_, Terms(Mode.FILL), now=at(8.1))
    before = world.walked(round_)
    set_clock(at(9.9))
    assert not world.accept(round_, proposal, now=at(9.9))
    assert world.walked(round_) == before
    again = queries.proposal_of(world.session, round_)
    assert again is not None
    assert again.ready_at is None
    assert extra.id not in {stop.household_id for stop in world.stops(round_)}


def test_a_round_published_when_its_day_has_begun_tells_nobody_a_time_that_is_over(
    world: World, set_clock
) -> None:
    world.homes(6)
    set_clock(at(7.5))
    round_ = world.plan(now=at(7.5))
    set_clock(at(9))
    world.publish(round_, now=at(9))
    told = world.session.scalars(sa.select(Appointment)).all()
    assert len(told) == 6
    assert min(window.ends_at for window in told) > at(9)
    assert min(stop.starts_s for stop in world.stops(round_)) >= 9 * 3600


def test_a_route_begun_late_is_known_to_end_after_its_hours(world: World, set_clock) -> None:
    world.members = world.members[:1]
    world.homes(5)
    set_clock(NOW)
    round_ = world.publish(world.plan())
    (route,) = world.routes(round_)
    assert not world.view(round_).routes[0].runs_over
    now = at(10.7)
    set_clock(now)
    services.move_stop(world.edit(round_, now=now), route.stops[-1].id, route.id, 1)
    world.session.commit()
    last = max(world.stops(round_), key=lambda stop: stop.position)
    assert last.starts_s + last.service_s > 11 * 3600
    assert world.view(round_).routes[0].runs_over


def test_a_day_that_is_over_is_not_changed_any_more(world: World, round_: Round) -> None:
    later = at(8, DAY + timedelta(days=1))
    with pytest.raises(Conflict):
        world.edit(round_, now=later)
    for ask in (
        lambda: services.propose(world.session, round_, Terms(), actor=world.leader, now=later),
        lambda: services.request_planning(world.session, round_, actor=world.leader, now=later),
    ):
        with pytest.raises(Conflict):
            ask()


def test_a_home_on_a_route_that_nobody_knows_the_place_of_lets_the_round_be_changed(
    world: World, round_: Round, sign_in
) -> None:
    first, second = world.routes(round_)
    lost = first.stops[1].household
    lost.latitude = lost.longitude = None
    world.session.commit()
    services.move_stop(world.edit(round_), first.stops[0].id, second.id, None)
    world.session.commit()
    drawn = sign_in(world.leader).get(f"/rounds/{round_.id}/map.json").json
    assert len([s for route in drawn["routes"] for s in route["stops"]]) == 9


def test_who_gets_no_more_homes_and_has_none_gets_none(world: World, round_: Round, make) -> None:
    empty, other = world.routes(round_)
    for stop in list(empty.stops):
        services.move_stop(world.edit(round_), stop.id, other.id, None)
    services.fill_route(world.edit(round_), empty.id, full=True)
    world.session.commit()
    make.home(world.area, east=630)
    world.accept(round_, world.propose(round_, Terms(Mode.FREE)))
    assert world.walked(round_)[empty.id] == []


class TestUndoing:
    def changed(self, world: World, round_: Round) -> tuple[Stop, Appointment, Route]:
        """A stop moved by hand, which could be undone."""
        first, second = world.routes(round_)
        stop = first.stops[0]
        services.move_stop(world.edit(round_), stop.id, second.id, None)
        world.session.commit()
        return stop, window_of(world, stop), first

    def undone(self, world: World, round_: Round) -> None:
        services.undo(world.edit(round_))
        world.session.commit()
        world.session.expire_all()

    def test_a_time_agreed_since_is_not_taken_back(self, world: World, round_: Round) -> None:
        _stop, window, _first = self.changed(world, round_)
        agreed = Window(at(10), at(10.5))
        appointments.move(world.session, window, agreed, actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert (window.starts_at, window.ends_at) == (at(10), at(10.5))

    def test_another_day_agreed_since_is_not_taken_back(self, world: World, round_: Round) -> None:
        _stop, window, _first = self.changed(world, round_)
        later = Window(at(9, DAY + timedelta(days=3)), at(10, DAY + timedelta(days=3)))
        appointments.move(world.session, window, later, actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert (window.starts_at, window.stop_id) == (later.starts_at, None)

    def test_what_a_home_confirmed_since_stays_confirmed(self, world: World, round_: Round) -> None:
        first, _second = world.routes(round_)
        stop = first.stops[-1]
        services.lock_stop(world.edit(round_), stop.id, locked=True)
        window = window_of(world, stop)
        appointments.confirm(world.session, window, by="reply", actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert window.confirmed_at == NOW

    def test_a_home_taken_off_that_agreed_on_a_time_is_told_that_one_alone(
        self, world: World, round_: Round
    ) -> None:
        stop = world.stops(round_)[0]
        home = stop.household_id
        services.remove_stop(world.edit(round_), stop.id)
        world.session.commit()
        wish = appointments.Wish(home, Window(at(10), at(10.5)))
        appointments.agree(world.session, wish, actor=world.leader, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        told = world.session.scalars(
            sa.select(Appointment).where(
                Appointment.household_id == home, Appointment.state == "open"
            )
        ).all()
        assert [(one.origin, one.starts_at) for one in told] == [(Origin.AGREED, at(10))]


def test_a_proposal_does_not_wait_for_plans_asked_for_before_it(
    world: World, round_: Round
) -> None:
    other = world.create()
    services.request_planning(world.session, other, actor=world.leader, now=at(7))
    services.propose(world.session, round_, Terms(), actor=world.leader, now=at(7.01))
    world.session.commit()
    worker = uuid4().hex
    id_ = services.claim(world.session, worker=worker, now=at(7.1))
    asked = services.ask(world.session, id_, now=at(7.1), zone=ZONE) if id_ else None
    assert asked is not None
    waiting = queries.planning_of(world.session, round_)
    assert waiting is not None
    assert (waiting.id, waiting.leased_by) == (id_, worker)
    assert services.claim(world.session, worker=worker, now=at(7.1), proposals_only=True) is None


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


def test_a_proposal_says_which_homes_it_lets_down_were_told_a_time(
    world: World, round_: Round, sign_in
) -> None:
    ill, other = world.routes(round_)
    services.lock_route(world.edit(round_), other.id, locked=True)
    world.session.commit()
    proposal = world.propose(round_, Terms.ill(ill.id))
    seen = found(world, round_, proposal)
    assert len(seen.let_down) == len(seen.dropped) == len(ill.stops)
    page = sign_in(world.leader).get(f"/rounds/{round_.id}/proposal").text
    assert f"{len(ill.stops)} hộ đã được báo giờ" in page
    assert page.count("Đã báo ") == len(ill.stops)


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


def test_two_leaders_who_ask_at_the_same_moment_get_one_proposal(
    world: World, round_: Round
) -> None:
    asked, going = threading.Event(), threading.Event()

    def ask(mode: Mode, *, first: bool) -> None:
        with world.db.transaction() as session:
            mine = session.get_one(Round, round_.id)
            if not first:
                going.set()
            services.propose(session, mine, Terms(mode), actor=world.leader, now=NOW)
            session.flush()
            if first:
                asked.set()
                time.sleep(0.5)  # the other is at it now

    round_id = round_.id
    world.session.commit()
    with ThreadPoolExecutor(2) as both:
        one = both.submit(ask, Mode.FILL, first=True)
        assert asked.wait(5)
        other = both.submit(ask, Mode.FREE, first=False)
        one.result()
        other.result()
    assert going.is_set()
    world.session.expire_all()
    kept = world.session.scalars(sa.select(Proposal).where(Proposal.round_id == round_id)).all()
    assert [proposal.mode for proposal in kept] == [Mode.FREE]
