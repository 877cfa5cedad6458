"""Walks between logged visits teach how much longer than the line people walk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.core.db import Session
from outreach.routing import detours
from outreach.routing.walking import SPEED_MPS
from outreach.turf.models import WalkingFactor
from outreach.visits import jobs, services
from outreach.visits.learning import learn_now
from outreach.visits.models import Outcome, Report
from outreach.visits.queries import trips
from outreach.visits.services import VisitReport
from outreach.web import Outreach
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.rounds import METRE, MIDDLE
from tests.factories.visits import Walk

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: Metres between homes, and how many times that is walked.
APART, DETOUR = 100.0, 1.8
PACE = timedelta(seconds=APART * DETOUR / SPEED_MPS + detours.KNOCKING_S)


def row_of_homes(make: Make, session: Session, count: int) -> Walk:
    walk = make.walk(homes=count)
    for n, home in enumerate(walk.homes):
        home.latitude, home.longitude = MIDDLE[0] + n * APART * METRE, MIDDLE[1]
    session.commit()
    return walk


def walk_along(
    session: Session,
    walk: Walk,
    *,
    outcome: Outcome = Outcome.NOBODY_HOME,
    pace: timedelta = PACE,
    **about: object,
) -> None:
    """Report on every home, one after the other."""
    for n, stop in enumerate(walk.stops):
        at = NOW + n * pace
        report = VisitReport(
            report_id=uuid4(),
            stop_id=stop.id,
            outcome=outcome,
            made_at=at,
            **about,  # type: ignore[arg-type]
        )
        services.log_visit(session, report, actor=walk.volunteer, now=at, zone=ZONE)
    session.commit()


def factors(session: Session) -> dict[UUID, tuple[float | None, int]]:
    session.expire_all()
    rows = session.scalars(sa.select(WalkingFactor)).all()
    found = {row.area_id: (row.factor, row.walks) for row in rows}
    session.commit()  # a reader left open would lock SQLite for the job
    return found


def test_a_neighbourhood_and_its_commune_learn_from_doors_where_nobody_was(
    session: Session, make: Make, app: Outreach, now
) -> None:
    walk = row_of_homes(make, session, 36)
    walk_along(session, walk)
    area = walk.homes[0].area
    assert learn_now(app.db) == len(factors(session)) > 0
    factor, walks = factors(session)[area.id]
    assert factor == pytest.approx(DETOUR, abs=0.02)
    assert walks == 35
    assert area.parent is None or area.parent.id in factors(session)


def test_a_visit_that_met_somebody_is_no_walk(
    session: Session, make: Make, app: Outreach, now
) -> None:
    walk_along(session, row_of_homes(make, session, 36), outcome=Outcome.MET)
    assert learn_now(app.db) == 0
    assert factors(session) == {}


def test_few_walks_are_counted_and_teach_nothing(
    session: Session, make: Make, app: Outreach, now
) -> None:
    walk = row_of_homes(make, session, 8)
    walk_along(session, walk)
    assert learn_now(app.db) == 0
    assert factors(session)[walk.homes[0].area.id] == (None, 7)


@pytest.mark.parametrize("spoilt", ["elsewhere", "undone", "batch", "no point", "other route"])
def test_reports_that_tell_nothing_of_the_way_are_left_out(
    session: Session, make: Make, app: Outreach, now, spoilt: str
) -> None:
    walk = row_of_homes(make, session, 36)
    if spoilt == "no point":
        for home in walk.homes:
            home.latitude = home.longitude = None
    walk_along(session, walk, pace=timedelta(seconds=9) if spoilt == "batch" else PACE)
    reports = session.scalars(sa.select(Report).order_by(Report.happened_at)).all()
    for report in reports:
        if spoilt == "elsewhere":
            report.latitude, report.longitude, report.accuracy_m = 10.5, 106.5, 20.0
        if spoilt == "undone":
            report.undone_at = NOW
    if spoilt == "other route":
        others = [make.walk(homes=1) for _ in range(18)]
        for report, other in zip(reports[::2], others, strict=True):
            report.stop_id = other.stops[0].id
    session.commit()
    assert learn_now(app.db) == 0
    assert all(factor is None for factor, _walks in factors(session).values())


def test_a_phone_at_the_door_or_unsure_of_its_place_is_believed(
    session: Session, make: Make, app: Outreach, now
) -> None:
    walk = row_of_homes(make, session, 36)
    walk_along(session, walk)
    for n, report in enumerate(session.scalars(sa.select(Report))):
        home = report.household
        unsure = bool(n % 2)
        report.latitude = 10.5 if unsure else home.latitude
        report.longitude, report.accuracy_m = home.longitude, 900.0 if unsure else 30.0
    session.commit()
    assert learn_now(app.db) > 0


def test_learning_again_replaces_what_was_learned(
    session: Session, make: Make, app: Outreach, now
) -> None:
    walk_along(session, row_of_homes(make, session, 36))
    learn_now(app.db)
    first = factors(session)
    learn_now(app.db)
    assert factors(session) == first
    session.execute(sa.update(Report).values(happened_at=NOW - timedelta(days=400)))
    session.info.pop("wrote", None)
    session.commit()
    learn_now(app.db)
    assert factors(session) == {}


def test_it_runs_once_a_night(
    session: Session, make: Make, app: Outreach, set_clock: Callable[[datetime], None]
) -> None:
    set_clock(NOW)
    walk_along(session, row_of_homes(make, session, 36))
    evening = datetime(2026, 11, 22, 1, 30, tzinfo=ZONE)
    set_clock(evening)
    assert jobs.learn_walking(app.db, ZONE) is None
    set_clock(evening + timedelta(hours=1))
    assert jobs.learn_walking(app.db, ZONE)
    set_clock(evening + timedelta(hours=20))
    assert jobs.learn_walking(app.db, ZONE) is None
    set_clock(evening + timedelta(hours=25))
    assert jobs.learn_walking(app.db, ZONE)


def test_the_command_learns_at_once(session: Session, make: Make, app: Outreach, now) -> None:
    walk_along(session, row_of_homes(make, session, 36))
    told = app.test_cli_runner().invoke(args=["visits", "learn-walking"])
    assert told.exit_code == 0
    assert told.output.startswith(str(len(factors(session))))


def test_walks_are_read_in_as_many_queries_however_many_they_are(
    session: Session, make: Make, app: Outreach, now, queries: list[str]
) -> None:
    def asked() -> int:
        queries.clear()
        with app.db.transaction(read_only=True) as fresh:
            trips.by_area(fresh, NOW - timedelta(days=1))
        return len(queries)

    walk_along(session, row_of_homes(make, session, 3))
    few = asked()
    walk_along(session, row_of_homes(make, session, 20))
    assert asked() == few == 2


def test_two_volunteers_doors_are_no_walk(session: Session, make: Make, app: Outreach, now) -> None:
    one, other = row_of_homes(make, session, 1), row_of_homes(make, session, 1)
    other.homes[0].area = one.homes[0].area
    session.commit()
    for walk in (one, other):
        walk_along(session, walk)
    with app.db.transaction(read_only=True) as fresh:
        assert trips.by_area(fresh, NOW - timedelta(days=1)) == {}
