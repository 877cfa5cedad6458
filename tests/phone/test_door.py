"""What volunteers put right at the door, as pages and as an outbox send it."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.core.audit import AuditEntry
from outreach.households.models import FieldEdit, Household, Merged, Resident
from outreach.phone.models import Submission
from outreach.rounds.models import Handout, Stop
from outreach.rounds.services.handing_out import hand_out
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.visits import Walk
from tests.phone.sending import fix, kept, page_form
from tests.visits.sending import JSON


def partner_of(make: Make, walk: Walk) -> User:
    """Somebody who goes along: a home is on one list alone, and a pair has two phones."""
    walk.route.partner = make.member(walk.team).user
    make.session.flush()
    hand_out(make.session, walk.route.round, now=NOW)
    make.session.commit()
    return walk.route.partner


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
    mate = partner_of(make, walk)
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
    mate = partner_of(make, walk)
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
