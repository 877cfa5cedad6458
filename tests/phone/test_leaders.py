"""What leaders see and decide of what came from phones; what volunteers see of their day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.households.models import Salutation
from outreach.visits.models import Lateness, Outcome, Report
from tests.factories import Make


def test_the_leader_sees_late_reports_until_they_have_looked(make: Make, sign_in, now, session):
    walk = make.walk()
    for stop in walk.stops[:2]:
        report = make.report(stop.household, walk.volunteer, now)
        report.lateness = Lateness.STOP_GONE
    session.commit()
    leader = sign_in(walk.leader)
    page = leader.get("/review").text
    assert page.count("đã được đưa ra khỏi tuyến") == 2
    ids = [str(id_) for id_ in session.scalars(sa.select(Report.id))]
    session.rollback()
    sign_in(make.walk().leader).post("/review/reports", data={"report": ids})
    assert leader.get("/review").text.count("đã được đưa ra khỏi tuyến") == 2
    leader.post("/review/reports", data={"report": ids})
    assert "Không có gì chờ" in leader.get("/review").text
    assert "Đến muộn" in leader.get("/visits").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
def test_the_office_reviews_and_does_not_walk(make: Make, sign_in, now, role: Role) -> None:
    client = sign_in(make.user(role))
    assert client.get("/review").status_code == 200
    assert client.get("/today/absent").status_code == 403


def test_the_days_end_counts_and_thanks_for_something_real(make: Make, sign_in, now, session):
    walk = make.walk()
    person = walk.homes[0].residents[0]
    person.name, person.salutation = "Nguyễn Thị Tám", Salutation.BA
    make.report(walk.homes[1], walk.volunteer, now - timedelta(minutes=50), Outcome.NOBODY_HOME)
    report = make.report(walk.homes[0], walk.volunteer, now)
    step = make.step(person, now, state="activated")
    step.report_id = report.id
    session.commit()
    page = sign_in(walk.volunteer).get("/today/end").text
    assert "Bà T." in page
    assert "Nguyễn Thị Tám" not in page
    assert "50 phút" in page
    empty = sign_in(make.walk().volunteer).get("/today/end").text
    assert "Bà T." not in empty


def test_a_leader_takes_back_a_volunteers_whole_day(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    for stop in walk.stops:
        make.report(stop.household, walk.volunteer, now, stop=stop)
    make.report(walk.homes[0], walk.leader, now, stop=walk.stops[0])
    leader = sign_in(walk.leader)
    listed = f"/visits?volunteer={walk.volunteer.id}&from=2026-11-21&to=2026-11-21"
    assert "Hoàn tác toàn bộ" in leader.get(listed).text
    assert "Hoàn tác toàn bộ" not in leader.get("/visits").text
    data = {"volunteer": str(walk.volunteer.id), "day": "2026-11-21"}
    assert leader.post("/visits/roll-back", data=data).status_code == 422
    data["sure"] = "1"
    assert sign_in(make.walk().leader).post("/visits/roll-back", data=data).status_code == 404
    assert leader.post("/visits/roll-back", data=data).status_code == 303
    undone = session.scalars(sa.select(Report.volunteer_id).where(Report.undone_at.is_not(None)))
    assert set(undone) == {walk.volunteer.id}
