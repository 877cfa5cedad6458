"""What volunteers put right at the door, as pages and as an outbox send it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.core.audit import AuditEntry
from outreach.households import rules
from outreach.households.models import FieldEdit, Household, Merged, Resident, Salutation
from outreach.phone.models import FoundHome, Submission
from outreach.rounds.models import Handout, State, Stop
from outreach.visits.models import Lateness, Outcome, Report
from tests.factories import Make
from tests.visits.sending import JSON


def kept(now: datetime, **given: object) -> dict[str, object]:
    return {"report_id": str(uuid4()), "made_at": now.isoformat(), "form_version": "1", **given}


def fix(client, home: UUID, data: dict[str, object]):
    return client.post(f"/homes/{home}", data=data, headers=JSON)


def page_form(page: str, text: str) -> dict[str, str]:
    """What a browser without JavaScript sends with the form that has this text."""
    found = next(part for part in page.split("<form")[1:] if text in part.split("</form>")[0])
    body = found.split("</form>")[0]
    fields = re.findall(
        r'type="(?:hidden|text|number)"[^>]*?name="([^"]+)"\s+value="([^"]*)"', body
    )
    return dict(fields)


def test_a_warning_takes_three_taps_and_everybody_sees_it(make: Make, sign_in, now, session):
    walk = make.walk()
    home = walk.homes[0]
    client = sign_in(walk.volunteer)
    page = client.get(f"/homes/{home.id}").text
    data = {**page_form(page, "Lưu cảnh báo"), "hazards": ["dog", "flood"]}
    answer = client.post(f"/homes/{home.id}", data=data)
    assert (answer.status_code, answer.location) == (303, f"/stops/{walk.stops[0].id}")
    for url in (f"/stops/{walk.stops[0].id}", "/today"):
        assert "Cẩn thận" in client.get(url).text
    leader = sign_in(walk.leader)
    round_ = f"/rounds/{walk.route.round_id}"
    for url in (f"{round_}/routes/{walk.route.id}", f"{round_}/print", f"/households/{home.id}"):
        assert "Chó dữ" in leader.get(url).text, url


def test_two_phones_that_change_one_detail_leave_a_clash_for_the_leader(
    make: Make, sign_in, now, session
) -> None:
    walk, home_id = make.walk(), None
    mate = make.member(walk.team).user
    make.walked_route(walk.team, mate, [walk.homes[0]], day=walk.route.round.day)
    home_id, address = walk.homes[0].id, walk.homes[0].address
    one, other = sign_in(walk.volunteer), sign_in(mate)
    first = fix(one, home_id, kept(now, address="12/3 Nguyễn Trãi", **{"was.address": address}))
    assert first.json["changes"] == [{"field": "address", "result": "applied"}]
    told = kept(now, address="12/5 Nguyễn Trãi", note="Cổng xanh",
                **{"was.address": address, "was.note": ""})  # fmt: skip
    for _turn in range(3):
        second = fix(other, home_id, told)
    assert second.json["changes"] == [
        {"field": "address", "result": "clash"},
        {"field": "note", "result": "applied"},
    ]
    same = fix(other, home_id, kept(now, address="12/3 Nguyễn Trãi", **{"was.address": address}))
    assert same.json["changes"] == [{"field": "address", "result": "same"}]
    leader = sign_in(walk.leader)
    page = leader.get("/review").text
    assert "12/3 Nguyễn Trãi" in page
    assert "12/5 Nguyễn Trãi" in page
    edit = session.scalars(sa.select(FieldEdit).where(FieldEdit.state == Merged.CLASH)).one().id
    session.rollback()
    stranger = sign_in(make.walk().leader)
    url = f"/review/details/{edit}"
    assert stranger.post(url, data={"choice": "take"}).status_code == 404
    assert leader.post(url, data={"choice": "?"}).status_code == 422
    for _turn in range(2):
        assert leader.post(url, data={"choice": "take"}).status_code == 303
    assert leader.post(url, data={"choice": "keep"}).status_code == 409
    home = session.get_one(Household, home_id)
    assert (home.address, home.note) == ("12/5 Nguyễn Trãi", "Cổng xanh")
    assert "12/5" in home.search_key
    acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert acts.count("household.field_clash") == acts.count("household.field_taken") == 1
    session.rollback()
    assert "12/5 Nguyễn Trãi" in leader.get(f"/households/{home_id}").text


def test_ones_own_two_changes_do_not_clash_in_whatever_order_they_come(
    make: Make, sign_in, now, session
) -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)):
        walk = make.walk(1)
        home = walk.homes[0].id
        client = sign_in(walk.volunteer)
        told = [
            kept(now, note="một", **{"was.note": ""}),
            kept(now, note="hai", **{"was.note": "một"}),
            kept(now, note="ba", **{"was.note": "hai"}),
        ]
        for at in order:
            assert fix(client, home, told[at]).status_code == 200
        session.expire_all()
        assert session.get_one(Household, home).note == "ba", order
        session.rollback()


def test_phones_and_warnings_of_two_people_come_together(make: Make, sign_in, now, session):
    walk = make.walk(phones=True)
    mate = make.member(walk.team).user
    make.walked_route(walk.team, mate, [walk.homes[0]], day=walk.route.round.day)
    person = walk.homes[0].residents[0]
    number = person.phones[0].contact_point.number
    id_, name, home = person.id, person.name, walk.homes[0].id
    base = {"name": name, "was.name": name, "was.phones": number}
    one, other = sign_in(walk.volunteer), sign_in(mate)
    url = f"/people/{id_}"
    shown = "0" + number[3:]
    assert one.post(url, data=kept(now, phones=f"{shown}, 0901234567", **base),
                    headers=JSON).status_code == 200  # fmt: skip
    assert other.post(url, data=kept(now, phones="0912345678", **base),
                      headers=JSON).status_code == 200  # fmt: skip
    resident = session.get_one(Resident, id_, populate_existing=True)
    assert {link.contact_point.number for link in resident.phones} == {
        "+84901234567", "+84912345678",
    }  # fmt: skip
    session.rollback()
    fix(one, home, kept(now, hazards=["dog"], **{"was.hazards": ""}))
    fix(other, home, kept(now, hazards=["unsafe"], **{"was.hazards": ""}))
    assert session.get_one(Household, home, populate_existing=True).hazards == ["dog", "unsafe"]


def test_a_pin_moves_to_where_the_phone_stands_or_beside_another_home(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    for stop in walk.stops:
        stop.household.latitude, stop.household.longitude = 10.9 + stop.position / 1e4, 106.7
    session.commit()
    home, other = walk.homes[0].id, walk.homes[1]
    beside = f"{other.latitude:.6f} {other.longitude:.6f}"
    client = sign_in(walk.volunteer)
    was = {"was.pin": "10.900000 106.700000"}
    moved = fix(client, home, kept(now, latitude="10.95", longitude="106.71", **was))
    assert moved.json["changes"] == [{"field": "pin", "result": "applied"}]
    was = {"was.pin": "10.950000 106.710000"}
    page = client.get(f"/homes/{home}").text
    assert beside in page
    assert fix(client, home, kept(now, place=beside, **was)).status_code == 200
    for wrong in ({"latitude": "91", "longitude": "1"}, {"place": "x"}, {"place": "1 nan"}, {}):
        assert fix(client, home, kept(now, **wrong, **was)).status_code == 422, wrong
    row = session.get_one(Household, home, populate_existing=True)
    assert (round(row.latitude or 0, 6), row.longitude) == (10.9001, 106.7)
    history = session.scalars(sa.select(FieldEdit.was).where(FieldEdit.field == "pin")).all()
    assert sorted(history) == ["10.900000 106.700000", "10.950000 106.710000"]
    assert session.get(Stop, walk.stops[0].id) is not None


def test_only_who_was_given_a_home_changes_it(make: Make, sign_in, now, session) -> None:
    walk, other = make.walk(), make.walk()
    home, person = walk.homes[0].id, walk.homes[0].residents[0]
    url, name = f"/people/{person.id}", person.name
    data = {"note": "x", "was.note": ""}
    for user in (other.volunteer, other.leader, make.member(walk.team).user):
        client = sign_in(user)
        assert fix(client, home, kept(now, **data)).status_code == 403
        assert client.get(f"/homes/{home}").status_code == 403
        named = kept(now, name="X", **{"was.name": name})
        assert client.post(url, data=named, headers=JSON).status_code == 403
    session.execute(sa.update(Handout).values(taken_at=now))
    session.commit()
    assert fix(sign_in(walk.volunteer), home, kept(now, **data)).status_code == 200
    assert fix(sign_in(walk.leader), home, kept(now, **data)).status_code == 200
    assert fix(sign_in(walk.leader), uuid4(), kept(now, **data)).status_code == 404


def test_secrets_and_damage_are_refused_and_change_nothing(make: Make, sign_in, now, session):
    walk = make.walk()
    home, client = walk.homes[0].id, sign_in(walk.volunteer)
    for wrong in (
        {"note": "CCCD 087084000999", "was.note": ""},
        {"note": "a" * 501, "was.note": ""},
        {"hazards": "dragon", "was.hazards": ""},
        {"note": "x", "was.note": "", "report_id": "7"},
        {"note": "x", "was.note": "", "form_version": "9"},
    ):
        answer = fix(client, home, {**kept(now), **wrong})
        assert (answer.status_code, answer.json["code"]) == (422, "invalid"), wrong
    told = kept(now, note="một", **{"was.note": ""})
    fix(client, home, told)
    answer = fix(client, home, {**told, "note": "hai"})
    assert (answer.status_code, answer.json["code"]) == (409, "reused")
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
    session.rollback()
    page = client.post(f"/homes/{home}", data=kept(now, note="a" * 501, **{"was.note": ""}))
    assert (page.status_code, "Chưa lưu gì cả" in page.text) == (422, True)


def test_somebody_missing_is_added_once(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    home, client = walk.homes[0].id, sign_in(walk.volunteer)
    before = len(walk.homes[0].residents)
    data = kept(now, name="Lê Thị Mới", birth_year="1951", phones="0901234567")
    for _turn in range(3):
        assert client.post(f"/homes/{home}/people", data=data, headers=JSON).status_code == 200
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Resident).where(Resident.household_id == home)
    )
    assert count == before + 1
    session.rollback()
    assert "Lê Thị Mới" in client.get(f"/stops/{walk.stops[0].id}").text


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
