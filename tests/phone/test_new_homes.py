"""Homes on no list, and several doors at which nobody opened."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from outreach.households import rules
from outreach.households.models import Household
from outreach.phone.models import FoundHome
from outreach.rounds.models import State, Stop
from outreach.visits.models import Lateness, Outcome, Report
from tests.factories import Make
from tests.phone.sending import kept, page_form
from tests.visits.sending import JSON


def test_a_new_home_comes_onto_the_route_with_its_report(make: Make, sign_in, now, session):
    walk = make.walk()
    client = sign_in(walk.volunteer)
    near = walk.stops[1].id
    data = kept(now, near=str(near), address="99/1 Nguyễn Trãi", name="Trần Văn Lạ",
                phones="0901234567", outcome="nobody_home", hazards="dog",
                latitude="10.91", longitude="106.72")  # fmt: skip
    for _turn in range(3):
        answer = client.post("/homes/new", data=data, headers=JSON)
        assert answer.status_code == 200
    found = session.scalars(sa.select(FoundHome)).one()
    home = session.get_one(Household, found.id)
    assert (home.area_id, home.head_name) == (walk.team.area_id, "Trần Văn Lạ")
    assert (home.latitude, home.hazards) == (10.91, ["dog"])
    stop = session.scalars(sa.select(Stop).where(Stop.household_id == home.id)).one()
    assert (stop.route_id, stop.locked) == (walk.route.id, True)
    report = session.scalars(sa.select(Report)).one()
    assert (report.stop_id, report.lateness, report.outcome) == (
        stop.id, None, Outcome.NOBODY_HOME,
    )  # fmt: skip
    session.rollback()
    assert "Trần Văn Lạ" in client.get("/today").text
    assert "99/1 Nguyễn Trãi" in sign_in(walk.leader).get("/review").text


def test_a_home_like_another_is_asked_about_or_flagged(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    client, leader = sign_in(walk.volunteer), sign_in(walk.leader)
    there, near = walk.homes[0].id, str(walk.stops[0].id)
    address = walk.homes[0].address
    walk.homes[0].sort_key = rules.sort_key(address)
    session.commit()
    data = kept(now, near=near, address=address.lower(), name="Trần Thị Khác", outcome="met")
    page = client.post("/homes/new", data=data)
    assert (page.status_code, "cùng một nhà" in page.text) == (409, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(FoundHome)) == 0
    session.rollback()
    again = {**page_form(page.text, "Là nhà khác"), "address": address, "near": near}
    assert again["anyway"] == "1"
    assert client.post("/homes/new", data=again).status_code == 303
    # an outbox cannot be asked: it is stored, and the leader decides
    told = client.post("/homes/new", data=data, headers=JSON)
    assert told.status_code == 200
    flagged = session.scalars(sa.select(FoundHome).where(FoundHome.perhaps_id == there)).one().id
    session.rollback()
    assert "Có thể trùng" in leader.get("/review").text
    for _turn in range(2):
        assert leader.post(f"/review/homes/{flagged}", data={"choice": "same"}).status_code == 303
    assert session.get_one(Household, flagged).archived_at == now
    assert session.scalars(sa.select(Report.household_id)).all() == [there]
    session.rollback()
    assert sign_in(make.walk().leader).post(f"/review/homes/{flagged}").status_code == 404


def test_a_new_home_needs_a_stop_that_was_ones_own(make: Make, sign_in, now, session) -> None:
    walk, other = make.walk(), make.walk()
    client = sign_in(walk.volunteer)
    for near, status in ((other.stops[0].id, 403), (uuid4(), 403), ("", 422)):
        data = kept(now, near=str(near), address="1 Lạ")
        assert client.post("/homes/new", data=data, headers=JSON).status_code == status
    empty = kept(now, near=str(walk.stops[0].id))
    assert client.post("/homes/new", data=empty, headers=JSON).status_code == 422


def test_a_new_home_of_a_day_that_was_closed_meanwhile_is_kept(make: Make, sign_in, now, session):
    walk = make.walk()
    walk.route.round.state = State.CLOSED
    session.commit()
    data = kept(now, near=str(walk.stops[0].id), address="7 Xa Lạ", outcome="met")
    answer = sign_in(walk.volunteer).post("/homes/new", data=data, headers=JSON)
    assert answer.status_code == 200
    report = session.scalars(sa.select(Report)).one()
    assert (report.stop_id, report.lateness) == (None, Lateness.UNKNOWN)


def test_a_building_is_absent_with_one_form(make: Make, sign_in, now, session) -> None:
    walk = make.walk(5)
    rooms = ("P.301 chung cư Đông Hòa", "P.302 chung cư Đông Hòa", "P.402 chung cư Đông Hòa")
    for stop, address in zip(walk.stops, rooms, strict=False):
        stop.household.address = address
    session.commit()
    client = sign_in(walk.volunteer)
    page = client.get("/today/absent").text
    assert "tầng 3: vắng cả 2 nhà" in page
    assert "Nhà riêng lẻ" in page
    stops = [str(stop.id) for stop in walk.stops[:2]]
    data = kept(now, stop=stops)
    first = client.post("/today/absent", data=data, headers=JSON)
    assert len(first.json["reports"]) == 2
    again = client.post("/today/absent", data=data, headers=JSON)
    assert again.json["receipt"]["again"] is True
    assert again.json["reports"] == first.json["reports"]
    ids = [str(stop.id) for stop in walk.stops]
    rows = session.scalars(sa.select(Report)).all()
    assert {row.outcome for row in rows} == {Outcome.NOBODY_HOME}
    assert {str(row.id) for row in rows} == set(first.json["reports"])
    session.rollback()
    told = client.get("/today/receipts").json["ids"]
    assert set(told) == {*first.json["reports"], data["report_id"]}
    page = client.post("/today/absent", data=kept(now, stop=ids[3]))
    assert (page.status_code, page.location) == (303, "/today")
    # all or none, and never nothing
    stranger = str(make.walk().stops[0].id)
    session.rollback()
    mixed = kept(now, stop=[ids[4], stranger])
    assert client.post("/today/absent", data=mixed, headers=JSON).status_code == 403
    assert client.post("/today/absent", data=kept(now), headers=JSON).status_code == 422
    assert client.post("/today/absent", data=kept(now, stop="x"), headers=JSON).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 3
