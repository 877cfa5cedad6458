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

from outreach.appointments.models import Appointment
from outreach.core.errors import Conflict
from outreach.rounds import jobs, queries, questions, services, solving
from outreach.rounds.models import Mode, Proposal, Round
from outreach.rounds.services import Terms
from tests.conftest import NOW
from tests.rounds.test_proposals import found, round_
from tests.rounds.test_undo_since import window_of
from tests.rounds.test_walking import lay_streets
from tests.rounds.worlds import DAY, ZONE, World, at

__all__ = ["round_"]


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
    world.plan_due()
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
    assert world.plan_due() == 1
    assert {
        str(r.volunteer_id): str(r.stops[0].household_id) for r in world.routes(round_)
    } == going


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
    # nor a window for the hour and a half in which nobody walked
    assert max(window.ends_at - window.starts_at for window in told) <= timedelta(hours=1)


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


def test_a_proposal_is_worked_out_beside_a_round_that_is_being_planned(
    world: World, round_: Round
) -> None:
    services.propose(world.session, round_, Terms(), actor=world.leader, now=NOW)
    world.session.commit()
    planned = threading.Event()
    assert jobs._rounds.start(lambda: planned.wait(60)) is not None
    thread = jobs.start_due(world.db, ZONE)
    assert thread is not None
    thread.join(30)
    planned.set()
    world.session.expire_all()
    proposal = queries.proposal_of(world.session, round_)
    assert proposal is not None
    assert proposal.ready_at is not None


@pytest.mark.parametrize("at_once", [True, False], ids=["at-once", "proposed"])
def test_who_is_visited_before_the_time_they_were_told_keeps_nobody_waiting(
    world: World, round_: Round, at_once: bool
) -> None:
    ill, helper = world.routes(round_)
    home = ill.stops[0].household_id
    window = window_of(world, ill.stops[0])
    window.starts_at, window.ends_at = at(10.5), at(11)
    helper.ends = 10 * 60 + 15
    for stop in ill.stops[1:]:
        services.remove_stop(world.edit(round_), stop.id)
    world.session.commit()
    if at_once:
        services.mark_absent(world.edit(round_), ill.id)
    else:
        assert world.accept(round_, world.propose(round_, Terms.ill(ill.id)))
    world.session.commit()
    world.session.expire_all()
    (taken,) = [stop for stop in world.routes(round_)[1].stops if stop.household_id == home]
    assert taken.starts_s < 10 * 3600
    assert max(s.starts_s + s.service_s for s in world.stops(round_)) <= (10 * 60 + 15) * 60
    assert window.starts_at <= at(taken.starts_s / 3600) <= window.ends_at
