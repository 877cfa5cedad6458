from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.assistance.models import Case, Evidence, Step
from outreach.assistance.services import Clash, Help, WrongMove
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, NotFound
from outreach.rounds.models import State, Stop
from outreach.visits import services
from outreach.visits.models import Outcome, Report
from outreach.visits.services import Receipt, Reused, VisitReport
from tests import statements
from tests.factories import Make
from tests.factories.visits import Walk

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def report_of(stop: Stop, made_at: datetime, **given: object) -> VisitReport:
    values = {"report_id": uuid4(), "outcome": Outcome.MET, **given}
    return VisitReport(stop_id=stop.id, made_at=made_at, **values)  # type: ignore[arg-type]


def log(session: Session, report: VisitReport, walk: Walk, now: datetime, actor=None) -> Receipt:
    receipt = services.log_visit(session, report, actor=actor or walk.volunteer, now=now, zone=ZONE)
    session.commit()
    return receipt


def count(session: Session, table: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def vneid(resident_id: UUID, state: str, **given: object) -> Help:
    return Help(programme="vneid_l2", resident_id=resident_id, to_state=state, **given)  # type: ignore[arg-type]


def test_a_volunteer_reports_on_their_own_route(session: Session, make: Make, now) -> None:
    walk = make.walk()
    log(session, report_of(walk.stops[0], now, outcome=Outcome.NOBODY_HOME), walk, now)
    stored = session.scalars(sa.select(Report)).one()
    assert stored.outcome is Outcome.NOBODY_HOME
    assert (stored.household_id, stored.volunteer_id) == (walk.homes[0].id, walk.volunteer.id)


def test_sending_the_same_report_twice_changes_nothing(session: Session, make: Make, now) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    report = report_of(walk.stops[0], now, helps=[vneid(person, "captured")])
    first = log(session, report, walk, now)
    again = log(session, report, walk, now + timedelta(hours=3))
    assert (again.stored_at, again.again) == (first.stored_at, True)
    assert (count(session, Report), count(session, Step), count(session, Case)) == (1, 1, 1)


def test_a_report_is_the_same_though_its_case_has_moved_on(session: Session, make: Make, now):
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    report = report_of(walk.stops[0], now, helps=[vneid(person, "captured")])
    log(session, report, walk, now)
    later = report_of(walk.stops[0], now, helps=[vneid(person, "notice_received")])
    log(session, later, walk, now)
    assert log(session, report, walk, now).again


@pytest.mark.parametrize("changed", ["stop", "outcome", "note", "help", "person"])
def test_the_same_id_for_something_else_is_a_conflict(
    session: Session, make: Make, now, changed: str
) -> None:
    walk = make.walk()
    report = report_of(walk.stops[0], now, note="Hẹn chiều")
    log(session, report, walk, now)
    given: dict[str, object] = {"report_id": report.report_id, "note": report.note}
    stop, actor = walk.stops[0], walk.volunteer
    if changed == "stop":
        stop = walk.stops[1]
    elif changed == "outcome":
        given["outcome"] = Outcome.REFUSED
    elif changed == "note":
        given["note"] = "Khác"
    elif changed == "help":
        given["helps"] = [vneid(walk.homes[0].residents[0].id, "captured")]
    else:
        actor = walk.leader
    with pytest.raises(Reused):
        log(session, report_of(stop, now, **given), walk, now, actor=actor)
    assert count(session, Report) == 1


def test_a_second_report_for_a_home_is_kept_beside_the_first(session: Session, make: Make, now):
    walk = make.walk()
    log(session, report_of(walk.stops[0], now, outcome=Outcome.NOBODY_HOME), walk, now)
    log(session, report_of(walk.stops[0], now), walk, now, actor=walk.leader)
    assert count(session, Report) == 2


def test_nobody_reports_on_somebody_elses_route(session: Session, make: Make, now) -> None:
    walk, other = make.walk(), make.walk()
    mate = make.member(walk.team).user
    for stranger in (mate, other.volunteer, other.leader):
        with pytest.raises(NotAllowed):
            log(session, report_of(walk.stops[0], now), walk, now, actor=stranger)
    with pytest.raises(NotFound):
        log(session, VisitReport(report_id=uuid4(), stop_id=uuid4(), made_at=now,
                                 outcome=Outcome.MET), walk, now)  # fmt: skip
    assert count(session, Report) == 0


def test_a_leader_reports_on_the_routes_of_their_team(session: Session, make: Make, now) -> None:
    walk = make.walk()
    log(session, report_of(walk.stops[0], now), walk, now, actor=walk.leader)
    assert session.scalars(sa.select(Report)).one().volunteer_id == walk.leader.id


def test_an_unpublished_round_takes_no_reports(session: Session, make: Make, now) -> None:
    walk = make.walk(state=State.PROPOSED)
    with pytest.raises(Conflict):
        log(session, report_of(walk.stops[0], now), walk, now)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (timedelta(hours=-1), timedelta(hours=-1)),
        (timedelta(minutes=5), timedelta()),
        (timedelta(days=2), timedelta()),
        (timedelta(days=-400), timedelta()),
        (timedelta(hours=-9, minutes=-1), timedelta()),  # the evening before the round's day
    ],
)
def test_the_phones_clock_is_kept_and_believed_within_reason(
    session: Session, make: Make, now: datetime, said: timedelta, believed: timedelta
) -> None:
    walk = make.walk()
    log(session, report_of(walk.stops[0], now + said), walk, now)
    stored = session.scalars(sa.select(Report)).one()
    assert stored.made_at == now + said
    assert stored.received_at == now
    assert stored.happened_at == now + believed


def test_a_report_that_arrives_days_later_keeps_its_time(session: Session, make: Make, now) -> None:
    walk = make.walk()
    log(session, report_of(walk.stops[0], now), walk, now + timedelta(days=3))
    assert session.scalars(sa.select(Report)).one().happened_at == now


def test_help_is_recorded_for_several_people_in_one_report(session: Session, make: Make, now):
    walk = make.walk()
    one, two = walk.homes[0].residents
    helps = [
        vneid(one.id, "captured"),
        Help(programme="bank_account", resident_id=one.id, to_state="interested"),
        vneid(two.id, "activated", evidence=Evidence.DECLARED),
        Help(programme="device_2g4g", to_state="already_has_smartphone"),
    ]
    report = report_of(walk.stops[0], now, helps=helps)
    log(session, report, walk, now)
    cases = {(c.programme, c.resident_id): c for c in session.scalars(sa.select(Case))}
    assert len(cases) == 4
    assert cases["vneid_l2", two.id].evidence is Evidence.DECLARED
    assert {s.report_id for s in session.scalars(sa.select(Step))} == {report.report_id}


def test_a_wrong_move_stores_nothing_of_the_report(session: Session, make: Make, now) -> None:
    walk = make.walk()
    one, two = (person.id for person in walk.homes[0].residents)
    log(session, report_of(walk.stops[0], now, helps=[vneid(one, "captured")]), walk, now)
    helps = [vneid(two, "captured"), vneid(one, "in_use", seen_state="captured")]
    with pytest.raises(WrongMove, match="không thể"):
        log(session, report_of(walk.stops[0], now, helps=helps), walk, now)
    session.rollback()
    assert (count(session, Report), count(session, Step)) == (1, 1)


def test_a_case_that_moved_meanwhile_is_a_clash(session: Session, make: Make, now) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    log(session, report_of(walk.stops[0], now, helps=[vneid(person, "activated")]), walk, now)
    late = [vneid(person, "captured", seen_state="appointment_set")]
    with pytest.raises(Clash):
        log(session, report_of(walk.stops[0], now, helps=late), walk, now)


def test_undoing_a_report_takes_back_its_steps_and_opens_its_appointment(
    session: Session, make: Make, now
) -> None:
    walk = make.walk(announced=True)
    person = walk.homes[0].residents[0].id
    log(session, report_of(walk.stops[0], now, helps=[vneid(person, "captured")]), walk, now)
    report = report_of(walk.stops[0], now, helps=[vneid(person, "notice_received")])
    log(session, report, walk, now)
    services.undo_report(session, report.report_id, actor=walk.volunteer, now=now)
    services.undo_report(session, report.report_id, actor=walk.volunteer, now=now)
    session.commit()
    assert session.scalars(sa.select(Case)).one().state == "captured"
    assert promise(session, walk.stops[0]) is Promise.KEPT  # the first report still says so
    first = session.scalars(sa.select(Report).where(Report.id != report.report_id)).one()
    services.undo_report(session, first.id, actor=walk.leader, now=now)
    session.commit()
    assert session.scalars(sa.select(Case)).one().state is None
    assert promise(session, walk.stops[0]) is Promise.OPEN
    assert count(session, Report) == 2


def promise(session: Session, stop: Stop) -> Promise:
    return session.scalars(sa.select(Appointment.state).where(Appointment.stop_id == stop.id)).one()


@pytest.mark.parametrize(
    ("outcomes", "then"),
    [
        ([Outcome.MET], Promise.KEPT),
        ([Outcome.NOBODY_HOME], Promise.MISSED),
        ([Outcome.NOBODY_HOME, Outcome.MET], Promise.KEPT),
        ([Outcome.MET, Outcome.NOBODY_HOME], Promise.KEPT),
        ([Outcome.POSTPONED], Promise.OPEN),
    ],
)
def test_what_happened_closes_the_appointment(
    session: Session, make: Make, now, outcomes: list[Outcome], then: Promise
) -> None:
    walk = make.walk(announced=True)
    for outcome in outcomes:
        log(session, report_of(walk.stops[0], now, outcome=outcome), walk, now)
    assert promise(session, walk.stops[0]) is then


def test_only_its_maker_or_their_leader_takes_a_report_back(session: Session, make: Make, now):
    walk, other = make.walk(), make.walk()
    report = report_of(walk.stops[0], now)
    log(session, report, walk, now)
    for stranger in (make.member(walk.team).user, other.leader, make.user(Role.VOLUNTEER)):
        with pytest.raises(NotAllowed):
            services.undo_report(session, report.report_id, actor=stranger, now=now)


def test_a_report_costs_few_statements(session: Session, make: Make, now, app) -> None:
    walk = make.walk(announced=True)
    with statements.sent(app.db.engine) as seen, app.db.transaction() as own:
        services.log_visit(
            own, report_of(walk.stops[0], now), actor=walk.volunteer, now=now, zone=ZONE
        )
    # the stop; the report, its audit entry and the appointment's; the appointment
    assert [one.split()[0] for one in seen] == ["SELECT", "INSERT", "INSERT", "INSERT", "UPDATE"]


def test_the_time_of_a_phone_in_another_zone_is_the_same_moment(session: Session, make: Make, now):
    walk = make.walk()
    tokyo = datetime(2026, 11, 21, 10, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    log(session, report_of(walk.stops[0], tokyo), walk, now)
    assert session.scalars(sa.select(Report)).one().happened_at == datetime(
        2026, 11, 21, 1, 30, tzinfo=UTC
    )
