"""What leaders change by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.models import State as Kept
from outreach.core import audit
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.rounds import rules, services
from outreach.rounds.models import LeftOut, Round, State
from outreach.visits.models import Outcome, Report
from tests.conftest import NOW
from tests.rounds.worlds import World, at


def aside(world: World, round_: Round) -> dict[object, str]:
    rows = world.session.scalars(sa.select(LeftOut).where(LeftOut.round_id == round_.id))
    return {row.household_id: row.reason for row in rows}


def open_windows(world: World) -> list[Appointment]:
    return list(world.session.scalars(sa.select(Appointment).where(Appointment.state == Kept.OPEN)))


def test_a_moved_stop_changes_hands_and_all_times_are_worked_out_again(world: World, now) -> None:
    world.homes(8)
    round_ = world.plan()
    first, second = world.routes(round_)
    stop, before = first.stops[0], len(second.stops)
    services.move_stop(world.edit(round_), stop.id, second.id, 1)
    world.session.commit()
    first, second = world.routes(round_)
    assert second.stops[0].id == stop.id
    assert len(second.stops) == before + 1
    for route in (first, second):
        times = [s.starts_s for s in route.stops]
        assert times == sorted(times)
        assert [s.position for s in route.stops] == list(range(1, len(times) + 1))
        assert route.service_s == sum(s.service_s for s in route.stops)


def test_without_a_position_a_stop_goes_where_it_adds_least(world: World, now) -> None:
    homes = world.homes(5, apart=100)
    world.members = world.members[:1]
    round_ = world.plan()
    (route,) = world.routes(round_)
    by_home = {stop.household_id: stop for stop in route.stops}
    edge = by_home[homes[4].id]
    services.move_stop(world.edit(round_), edge.id, route.id, 3)
    services.move_stop(world.edit(round_), edge.id, route.id, None)
    world.session.commit()
    (route,) = world.routes(round_)
    assert route.stops[0].id == edge.id or route.stops[-1].id == edge.id


def test_a_promise_that_a_move_breaks_is_flagged(world: World, make, now) -> None:
    homes = world.homes(6)
    make.appointment(homes[0], at(8.1), minutes=20)
    world.members = world.members[:1]
    round_ = world.plan()
    (route,) = world.routes(round_)
    stop = next(s for s in route.stops if s.household_id == homes[0].id)
    services.move_stop(world.edit(round_), stop.id, route.id, 6)
    world.session.commit()
    view = world.view(round_)
    assert view.broken == 1
    assert view.routes[0].stops[-1].broken == [rules.Broken.LATE]
    assert (view.promised, view.kept) == (1, 0)


def test_an_older_page_cannot_overwrite_a_newer_change(world: World, now) -> None:
    world.homes(4)
    round_ = world.plan()
    seen = round_.revision
    stop = world.stops(round_)[0]
    services.lock_stop(world.edit(round_, revision=seen), stop.id, locked=True)
    world.session.commit()
    assert round_.revision == seen + 1
    with pytest.raises(Conflict):
        world.edit(round_, revision=seen)


def test_two_changes_at_the_same_moment_do_not_both_win(world: World, now) -> None:
    world.homes(4)
    round_ = world.plan()
    stop = world.stops(round_)[0]
    edit = world.edit(round_)
    world.session.execute(sa.text("UPDATE round SET revision = revision + 1"))
    with pytest.raises(StaleDataError):
        services.lock_stop(edit, stop.id, locked=True)
    world.session.rollback()


def test_a_home_taken_off_is_left_out_and_can_be_added_again(world: World, now) -> None:
    world.homes(4)
    round_ = world.plan()
    stop = world.stops(round_)[0]
    home = stop.household_id
    services.remove_stop(world.edit(round_), stop.id)
    world.session.commit()
    assert aside(world, round_) == {home: "removed"}
    services.add_home(world.edit(round_), home, None)
    world.session.commit()
    assert aside(world, round_) == {}
    assert home in {s.household_id for s in world.stops(round_)}
    with pytest.raises(Conflict):
        services.add_home(world.edit(round_), home, None)


def test_an_urgent_home_goes_to_whom_it_adds_least(world: World, make, now) -> None:
    world.homes(3, apart=20)
    world.homes(3, apart=20, north=2500)
    round_ = world.plan()
    urgent = make.home(world.area, east=30, north=2490, born=2020)
    near = {
        stop.route.volunteer_id
        for stop in world.stops(round_)
        if (stop.household.latitude or 0) > 10.92
    }
    stop = services.add_home(world.edit(round_), urgent.id, None)
    world.session.commit()
    if len(near) == 1:
        assert stop.route.volunteer_id in near
    assert world.view(round_).broken == 0


def test_a_home_nobody_can_fit_in_is_refused_unless_somebody_is_named(
    world: World, make, now
) -> None:
    world.homes(3)
    round_ = world.plan()
    far = make.home(world.area, east=40_000)
    with pytest.raises(Refusal):
        services.add_home(world.edit(round_), far.id, None)
    nowhere = make.home(world.area, east=None)
    with pytest.raises(Refusal):
        services.add_home(world.edit(round_), nowhere.id, None)
    with pytest.raises(NotFound):
        services.add_home(world.edit(round_), make.home(make.neighbourhood()).id, None)
    route = world.routes(round_)[0]
    services.add_home(world.edit(round_), far.id, route.id)
    world.session.commit()
    assert world.view(round_).broken == 1


def test_what_an_absent_volunteer_had_left_goes_to_the_others(world: World, now) -> None:
    world.homes(8)
    round_ = world.publish(world.plan())
    ill, other = world.routes(round_)
    kept = [stop.id for stop in other.stops]
    shared = services.mark_absent(world.edit(round_), ill.id)
    world.session.commit()
    ill, other = world.routes(round_)
    assert ill.stops == []
    assert shared.taken_over + shared.left_out == 8 - len(kept)
    assert [stop.id for stop in other.stops if stop.id in kept] == kept
    assert {w.visitor_id for w in open_windows(world)} == {other.volunteer_id}
    assert world.view(round_).broken == 0
    with pytest.raises(Conflict):
        services.move_stop(world.edit(round_), other.stops[0].id, ill.id, None)


def test_homes_of_an_absent_volunteer_that_fit_nowhere_are_left_out_with_why(
    world: World, now
) -> None:
    world.homes(60, apart=40)
    round_ = world.publish(world.plan())
    ill = world.routes(round_)[0]
    shared = services.mark_absent(world.edit(round_), ill.id)
    world.session.commit()
    assert shared.left_out > 0
    planned = {stop.household_id for stop in world.stops(round_)}
    assert {w.household_id for w in open_windows(world)} == planned
    assert not planned & aside(world, round_).keys()


def test_an_absent_volunteer_may_come_after_all(world: World, now) -> None:
    world.homes(4)
    round_ = world.plan()
    ill = world.routes(round_)[0]
    services.mark_absent(world.edit(round_), ill.id)
    services.mark_present(world.edit(round_), ill.id)
    world.session.commit()
    stop = world.stops(round_)[0]
    services.move_stop(world.edit(round_), stop.id, ill.id, 1)


def test_visited_stops_are_history(world: World, now) -> None:
    world.homes(6)
    round_ = world.publish(world.plan())
    route, other = sorted(world.routes(round_), key=lambda r: -len(r.stops))
    last = route.stops[-1]
    window = next(w for w in open_windows(world) if w.household_id == last.household_id)
    appointments.keep(world.session, window, actor=route.volunteer, now=at(8.5))
    world.session.commit()
    during = at(9.5)
    with pytest.raises(Conflict):
        services.remove_stop(world.edit(round_, now=during), last.id)
    shared = services.mark_absent(world.edit(round_, now=during), route.id)
    world.session.commit()
    world.routes(round_)
    assert [stop.id for stop in route.stops] == [last.id]
    assert shared.left_out == 0
    assert all(stop.starts_s >= 9.5 * 3600 for stop in other.stops)
    for told in open_windows(world):
        stop = next(s for s in other.stops if s.household_id == told.household_id)
        planned = at(0) + timedelta(seconds=stop.starts_s)
        assert told.starts_at <= planned <= told.ends_at


def test_planning_a_published_round_again_keeps_what_was_visited(world: World, now) -> None:
    world.homes(6)
    round_ = world.publish(world.plan())
    route = world.routes(round_)[0]
    stop = route.stops[1]
    window = next(w for w in open_windows(world) if w.household_id == stop.household_id)
    appointments.miss(world.session, window, actor=route.volunteer, now=NOW)
    world.session.commit()
    world.plan(round_)
    assert round_.state is State.PUBLISHED
    first = next(r for r in world.routes(round_) if r.id == route.id).stops[0]
    assert first.id == stop.id


def test_a_route_of_another_round_is_not_found(world: World, now) -> None:
    world.homes(6)
    round_ = world.plan()
    other = world.plan(day=round_.day.replace(day=25))
    foreign = world.stops(other)[0]
    with pytest.raises(NotFound):
        services.remove_stop(world.edit(round_), foreign.id)
    with pytest.raises(NotFound):
        services.move_stop(world.edit(round_), world.stops(round_)[0].id, foreign.route_id, None)


def test_every_change_is_in_the_trail_without_personal_data(world: World, now) -> None:
    homes = world.homes(4)
    round_ = world.publish(world.plan())
    services.remove_stop(world.edit(round_), world.stops(round_)[0].id)
    world.session.commit()
    entries = audit.of_subject(world.session, round_)
    assert {e.action for e in entries} >= {
        "round.created",
        "round.planning_requested",
        "round.planned",
        "round.published",
        "round.stop_removed",
    }
    facts = str([e.facts for e in entries])
    assert homes[0].address not in facts
    assert homes[0].head_name not in facts


def test_announced_windows_belong_to_stops(world: World, now) -> None:
    world.homes(5)
    round_ = world.publish(world.plan())
    stops = {stop.id for stop in world.stops(round_)}
    assert {w.stop_id for w in open_windows(world)} == stops
    assert all(w.origin is Origin.ANNOUNCED for w in open_windows(world))


def test_a_stop_that_was_only_postponed_can_be_taken_off_and_its_report_stays(
    world: World, now
) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    stop = world.stops(round_)[0]
    report = world.make.saved(
        Report(
            stop_id=stop.id,
            household_id=stop.household_id,
            volunteer_id=stop.route.volunteer_id,
            outcome=Outcome.POSTPONED,
            made_at=NOW,
            received_at=NOW,
            happened_at=NOW,
            note="",
            form_version=1,
            fingerprint="0" * 64,
        )
    )
    services.remove_stop(world.edit(round_), stop.id)
    world.session.commit()
    world.session.expire_all()
    assert report.stop_id is None
    assert report.household_id in aside(world, round_)
