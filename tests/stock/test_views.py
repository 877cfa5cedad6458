"""The stock's pages: who sees which phones, deliveries, handing out, taking back, losing."""

from __future__ import annotations

import io

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role
from outreach.core.audit import AuditEntry
from outreach.stock import queries, rules
from outreach.stock.models import Condition, Delivery, Handset, Kind, PlaceKind, Received
from outreach.teams.models import Position, Team
from tests.factories import Make


@pytest.fixture
def team(make: Make, now) -> Team:
    found: Team = make.team()
    return found


def place_of(session: orm.Session, device: Handset) -> tuple[PlaceKind, Received]:
    found = queries.standing(session, device.id)
    told = (found.to_place.kind, found.received)
    session.expunge_all()  # rows stay readable, and SQLite's one turn is free for the site
    session.rollback()
    return told


# --- deliveries ----------------------------------------------------------------------------
def form(make: Make, team: Team, lines: str, **other: object) -> dict[str, object]:
    return {"area_id": str(make.commune_of(team).id), "funder": "Viettel", "kind": "feature_4g",
            "model": "V1S", "lines": lines, **other}  # fmt: skip


def test_a_delivery_by_hand_goes_into_the_store_whole(make, sign_in, session, team) -> None:
    one, other = make.imei(), make.imei()
    data = form(make, team, f"{one}\n{rules.spoken(other)}; Nokia 105 4G\n\n", paper_no="7/GN")
    officer = make.officer_of(team)
    answer = sign_in(officer).post("/stock/deliveries/new", data=data)
    assert (answer.status_code, answer.location) == (303, "/stock?place=store")
    found = {d.imei: d.model for d in session.scalars(sa.select(Handset))}
    assert found == {one: "V1S", other: "Nokia 105 4G"}
    assert session.scalars(sa.select(Delivery)).one().devices == 2
    assert "device.delivered" in session.scalars(sa.select(AuditEntry.action)).all()


@pytest.mark.parametrize("line", ["{one}", "{one}\n{one}", "123456789012345", "{new};\n{new2}; X"])
def test_one_wrong_line_stores_nothing_and_is_named(make, sign_in, session, team, line) -> None:
    (known,) = make.devices(team)
    text = line.format(one=known.imei, new=make.imei(), new2=make.imei())
    data = form(make, team, text, model="" if ";" in text else "V1S")
    client = sign_in(make.officer_of(team))
    answer = client.post("/stock/deliveries/new", data=data)
    assert answer.status_code in {409, 422}
    assert "summary" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Handset)) == 1


def sheet(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_comes_into_the_form_and_is_looked_at_first(make, sign_in, session, team):
    one, other = make.imei(), make.imei()
    content = sheet([["PHIẾU GIAO HÀNG"], [], ["STT", "Tên máy", "Số IMEI 1", "Ghi chú"],
                     [1, "Samsung A06", int(one), ""], [2, "Samsung A06", other, "hộp móp"],
                     [3, "Samsung A06", "12345", ""]])  # fmt: skip
    client = sign_in(make.officer_of(team))
    data = {**form(make, team, "", model=""), "sheet": (io.BytesIO(content), "giao.xlsx")}
    page = client.post("/stock/deliveries/new", data=data, content_type="multipart/form-data")
    assert page.status_code == 200
    for text in (f"{one}; Samsung A06", f"{other}; Samsung A06", "12345"):
        assert text in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Handset)) == 0
    data = form(make, team, f"{one}; Samsung A06\n{other}; Samsung A06")
    session.rollback()
    stored = client.post("/stock/deliveries/new", data=data)
    assert stored.status_code == 303


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", b"PK\x03\x04broken"])
def test_a_file_without_numbers_is_refused(make, sign_in, team, content: bytes) -> None:
    client = sign_in(make.officer_of(team))
    data = {**form(make, team, ""), "sheet": (io.BytesIO(content), "x.csv")}
    page = client.post("/stock/deliveries/new", data=data, content_type="multipart/form-data")
    assert page.status_code == 422


# --- who sees and moves what ---------------------------------------------------------------
def test_everybody_sees_the_phones_of_their_own_and_moves_no_others(
    make: Make, sign_in, session, team: Team
) -> None:
    mine = make.member(team).user
    (device,) = make.devices(team, at="bag", user=mine)
    leader = make.member(team, position=Position.LEADER).user
    other_team = make.team()
    strangers = [make.member(other_team, position=Position.LEADER).user,
                 make.officer_of(other_team)]  # fmt: skip
    officer, chief = make.officer_of(team), make.user(Role.ADMINISTRATOR)
    url = f"/stock/devices/{device.id}"
    assert device.imei is not None
    shown = rules.spoken(device.imei)
    for user in (leader, officer, chief):
        client = sign_in(user)
        assert shown in client.get("/stock").text
        assert client.get(url).status_code == 200
    for user in strangers:
        client = sign_in(user)
        assert shown not in client.get("/stock").text
        assert client.get(url).status_code == 404
        assert client.post(url, data={"deed": "back"}).status_code == 404
    assert sign_in(mine).get("/stock").status_code == 403
    assert place_of(session, device)[0] is PlaceKind.BAG


def test_a_leader_does_not_empty_the_communes_store(make, sign_in, session, team) -> None:
    """Also one whose account covers the commune: a store is the office's."""
    leader = make.user(Role.LEADER, area=make.commune_of(team))
    make.member(team, leader, position=Position.LEADER)
    (device,) = make.devices(team, at="team")
    client = sign_in(leader)
    url = f"/stock/devices/{device.id}"
    assert client.post(url, data={"deed": "back"}).status_code == 303
    assert place_of(session, device)[0] is PlaceKind.STORE
    assert client.post(url, data={"deed": "lose", "note": "x"}).status_code == 403
    assert client.get("/stock/give/team").status_code == 403
    assert client.get("/stock/deliveries").status_code == 403


def test_a_phone_goes_out_in_few_taps_and_its_owner_confirms(make, sign_in, session, team):
    one, two = make.devices(team, 2)
    officer, leader = make.officer_of(team), make.member(team, position=Position.LEADER).user
    volunteer, outsider = make.member(team).user, make.user()
    ids = [str(one.id), str(two.id)]
    client = sign_in(officer)
    assert ids[0] in client.get("/stock/give/team").text
    data = {"device": ids[0], "imeis": rules.spoken(two.imei), "to": str(team.id)}
    assert client.post("/stock/give/team", data=data).status_code == 303
    assert client.post("/stock/give/team", data=data).status_code == 409
    client = sign_in(leader)
    page = client.get("/stock/give/bag").text
    assert volunteer.name in page
    bag = {"team": str(team.id), "to": str(volunteer.id)}
    wrong = client.post("/stock/give/bag", data={**bag, "imeis": "356938035643809"})
    assert (wrong.status_code, "không" in wrong.text.lower()) == (409, True)
    for bad in ({**bag, "to": str(outsider.id), "device": ids}, {**bag, "team": str(one.id)}):
        assert client.post("/stock/give/bag", data=bad).status_code in {403, 404}
    assert client.post("/stock/give/bag", data=bag).status_code == 409  # none was chosen
    assert client.post("/stock/give/bag", data={**bag, "device": ids}).status_code == 303
    assert place_of(session, one) == (PlaceKind.BAG, Received.AWAITED)
    phone = sign_in(volunteer)
    assert rules.spoken(one.imei) in phone.get("/today/bag").text
    kept = {"report_id": ids[0], "made_at": "2026-11-21T09:00:00+07:00", "form_version": "1"}
    assert phone.post("/today/bag/received", data={**kept, "device": ids[0]}).status_code == 303
    assert place_of(session, one) == (PlaceKind.BAG, Received.CONFIRMED)
    assert place_of(session, two) == (PlaceKind.BAG, Received.AWAITED)
    assert client.post(f"/stock/devices/{ids[1]}", data={"deed": "word"}).status_code == 303
    assert place_of(session, two) == (PlaceKind.BAG, Received.ON_WORD)


def test_nobody_confirms_what_lies_in_anothers_bag(make, sign_in, session, team) -> None:
    (device,) = make.devices(team, at="bag", user=make.member(team).user)
    kept = {"report_id": str(device.id), "made_at": "2026-11-21T09:00:00+07:00",
            "form_version": "1", "device": str(device.id)}  # fmt: skip
    client = sign_in(make.member(team).user)
    assert client.post("/today/bag/received", data=kept).status_code == 303
    assert place_of(session, device) == (PlaceKind.BAG, Received.AWAITED)


def test_a_lost_phone_has_a_reason_and_is_found_again(make, sign_in, session, team) -> None:
    (device,) = make.devices(team, at="bag", user=make.member(team).user)
    client = sign_in(make.member(team, position=Position.LEADER).user)
    url = f"/stock/devices/{device.id}"
    assert client.post(url, data={"deed": "lose"}).status_code == 409
    secret = client.post(url, data={"deed": "lose", "note": "CCCD 087084000999"})
    assert secret.status_code == 409
    assert client.post(url, data={"deed": "?"}).status_code == 422
    assert client.post(url, data={"deed": "lose", "note": "rơi ngoài chợ"}).status_code == 303
    assert place_of(session, device)[0] is PlaceKind.LOST
    assert "rơi ngoài chợ" in client.get(url).text
    assert client.post(url, data={"deed": "back"}).status_code == 409
    assert client.post(url, data={"deed": "find", "note": "nhà dân"}).status_code == 303
    assert place_of(session, device)[0] is PlaceKind.TEAM
    assert client.post(url, data={"deed": "find"}).status_code == 409


def test_a_faulty_phone_goes_back_to_its_funder(make, sign_in, session, team) -> None:
    (device,) = make.devices(team)
    client = sign_in(make.officer_of(team))
    url = f"/stock/devices/{device.id}"
    assert client.post(url, data={"deed": "return"}).status_code == 409
    assert client.post(url, data={"deed": "return", "note": "Viettel"}).status_code == 303
    assert place_of(session, device)[0] is PlaceKind.FUNDER
    found = session.get_one(Handset, device.id, populate_existing=True)
    assert (found.condition, found.kind) == (Condition.NEW, Kind.FEATURE_4G)


def test_a_list_takes_the_same_queries_for_one_phone_and_for_many(
    make: Make, sign_in, team: Team, queries: list[str]
) -> None:
    client = sign_in(make.officer_of(team))
    counts = []
    for more in (1, 30):
        make.devices(team, more, at="team")
        queries.clear()
        assert client.get("/stock").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
