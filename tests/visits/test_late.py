"""Reports that come after a leader changed the route: stored and marked, or refused with why."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, NotFound
from outreach.rounds import queries as rounds
from outreach.rounds import services as editing
from outreach.rounds.models import Handout, State, Stop
from outreach.visits import services
from outreach.visits.models import Lateness, Outcome, Report
from outreach.visits.services import VisitReport
from tests.factories import Make
from tests.visits.sending import JSON, fields
from tests.visits.test_services import ZONE, log, report_of

LATER = timedelta(minutes=20)


def edit(session, walk, now) -> editing.Edit:
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    return editing.Edit(session, round_, revision=None, actor=walk.leader, now=now, zone=ZONE)


def on_the_map(make: Make, homes: int = 3):
    walk = make.walk(homes, announced=True)
    mate = make.member(walk.team).user
    other = make.walked_route(
        walk.team, mate, [make.home_of(walk.team.area, 1950)],
        day=walk.route.round.day, round_=walk.route.round,
    )  # fmt: skip
    for stop in [*walk.stops, *other.stops]:
        stop.household.latitude, stop.household.longitude = 10.9, 106.7
    make.session.commit()
    return walk, mate, other


def only(session: Session) -> Report:
    return session.scalars(sa.select(Report)).one()


def test_a_home_taken_off_the_round_is_still_reported_on(session, make: Make, now) -> None:
    walk, _mate, _other = on_the_map(make)
    stop, home = walk.stops[0], walk.homes[0].id
    report = report_of(stop, now)
    editing.remove_stop(edit(session, walk, now), stop.id)
    session.commit()
    first = log(session, report, walk, now + LATER)
    assert log(session, report, walk, now + 2 * LATER).stored_at == first.stored_at
    row = only(session)
    assert (row.stop_id, row.household_id) == (None, home)
    assert (row.lateness, row.happened_at) == (Lateness.STOP_GONE, now)


def test_a_home_that_came_back_under_another_stop_is_done(session, make: Make, now) -> None:
    walk, _mate, _other = on_the_map(make)
    stop, home = walk.stops[0], walk.homes[0].id
    report = report_of(stop, now)
    editing.remove_stop(edit(session, walk, now), stop.id)
    editing.add_home(edit(session, walk, now), home, walk.route.id)
    session.commit()
    log(session, report, walk, now + LATER)
    here = session.scalars(sa.select(Stop.id).where(Stop.household_id == home)).one()
    assert only(session).stop_id == here != report.stop_id
    kept = session.scalars(sa.select(Appointment.state).where(Appointment.stop_id == here)).all()
    assert kept == [Promise.KEPT]


def test_a_home_given_to_somebody_else_is_reported_on_by_both(session, make: Make, now) -> None:
    walk, mate, other = on_the_map(make)
    stop, theirs = walk.stops[0], other.stops[0]
    report = report_of(stop, now, outcome=Outcome.NOBODY_HOME)
    editing.move_stop(edit(session, walk, now), stop.id, other.id, None)
    session.commit()
    log(session, report, walk, now + LATER)
    log(session, report_of(stop, now + LATER), walk, now + LATER, actor=mate)
    rows = {row.volunteer_id: row for row in session.scalars(sa.select(Report))}
    assert rows[walk.volunteer.id].lateness is Lateness.MOVED
    assert rows[mate.id].lateness is None
    assert {row.stop_id for row in rows.values()} == {stop.id}
    with pytest.raises(NotAllowed):  # it never was this one's
        log(session, report_of(theirs, now), walk, now)


def test_a_withdrawn_round_takes_reports_of_those_who_saw_it(session, make: Make, now) -> None:
    walk, _mate, _other = on_the_map(make)
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    editing.withdraw(session, round_, actor=walk.leader, now=now)
    session.commit()
    log(session, report_of(walk.stops[0], now), walk, now + LATER)
    assert only(session).lateness is Lateness.WITHDRAWN
    editing.cancel(session, round_, actor=walk.leader, now=now)
    session.commit()
    log(session, report_of(walk.stops[1], now), walk, now + LATER)
    with pytest.raises(Conflict):
        log(session, report_of(walk.stops[1], now), walk, now, actor=walk.leader)


def test_a_closed_day_takes_what_was_still_on_phones(session, make: Make, now) -> None:
    walk, _mate, _other = on_the_map(make)
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    editing.close(session, round_, actor=walk.leader, now=now, zone=ZONE)
    session.commit()
    log(session, report_of(walk.stops[0], now), walk, now + timedelta(days=3))
    assert only(session).lateness is Lateness.CLOSED
    assert only(session).stop_id == walk.stops[0].id


def test_a_round_planned_again_stays_on_the_phone(session, make: Make, now, sign_in) -> None:
    walk, _mate, _other = on_the_map(make)
    walk.route.round.state = State.PLANNING
    session.commit()
    assert walk.homes[0].head_name in sign_in(walk.volunteer).get("/today").text
    log(session, report_of(walk.stops[0], now), walk, now)
    assert only(session).lateness is None


def test_a_receipt_is_its_owners_whatever_happened_to_the_stop(session, make: Make, now) -> None:
    walk, _mate, other = on_the_map(make)
    report = report_of(walk.stops[0], now)
    log(session, report, walk, now)
    session.execute(sa.update(Stop).where(Stop.id == report.stop_id).values(route_id=other.id))
    session.execute(sa.delete(Handout))
    session.commit()
    assert log(session, report, walk, now).again


def test_a_server_restored_from_yesterday_takes_reports_by_their_home(
    session, make: Make, now, sign_in
) -> None:
    walk, elsewhere = make.walk(), make.walk()
    client = sign_in(walk.volunteer)
    gone = f"/stops/{uuid4()}/report"
    data = fields(now, household_id=str(walk.homes[0].id), form_version="2")
    assert client.post(gone, data=data, headers=JSON).status_code == 200
    homes = "", str(uuid4()), str(elsewhere.homes[0].id)
    session.expire_all()
    assert only(session).lateness is Lateness.UNKNOWN
    session.rollback()
    for home in homes:
        answer = client.post(
            gone, data=fields(now, household_id=home, form_version="2"), headers=JSON
        )
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_stop_that_never_was_is_refused(session, make: Make, now) -> None:
    walk = make.walk()
    nowhere = VisitReport(report_id=uuid4(), stop_id=uuid4(), made_at=now, outcome=Outcome.MET)
    with pytest.raises(NotFound):
        services.log_visit(session, nowhere, actor=walk.volunteer, now=now, zone=ZoneInfo("UTC"))


def test_the_leader_takes_back_a_report_that_is_on_no_route(session, make: Make, now) -> None:
    walk, _mate, _other = on_the_map(make)
    stop, home = walk.stops[0], walk.homes[0]
    report = report_of(stop, now)
    editing.remove_stop(edit(session, walk, now), stop.id)
    session.commit()
    log(session, report, walk, now)
    with pytest.raises(NotAllowed):
        services.undo_report(session, report.report_id, actor=make.walk().leader, now=now)
    services.undo_report(session, report.report_id, actor=walk.leader, now=now)
    assert (only(session).undone_at, only(session).household_id) == (now, home.id)


def test_somebody_who_changed_teams_still_reports_on_what_they_were_given(
    session, make: Make, now
) -> None:
    walk, _mate, other = on_the_map(make)
    report = report_of(walk.stops[0], now)
    editing.move_stop(edit(session, walk, now), report.stop_id, other.id, None)
    elsewhere = make.team()
    make.member(elsewhere, walk.volunteer)
    walk.volunteer.area = elsewhere.area
    session.commit()
    log(session, report, walk, now + LATER)
    assert only(session).lateness is Lateness.MOVED
