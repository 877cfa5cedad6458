"""The register's pages as a leader uses them, without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.households import queries, services
from outreach.households.models import Consent, Household, Import, Resident
from outreach.places.models import Area
from tests.factories import Make
from tests.households import books

T = TypeVar("T")
SignIn = Callable[[User], FlaskClient]

HOME = {
    "address": "12/3 hẻm 45 Lê Lợi",
    "circumstance": "poor",
    "home_from": "17:00",
    "home_until": "20:00",
    "name": "Đặng Thị Ẩn",
    "salutation": "bà",
    "birth_year": "1954",
    "phones": "0912 345 678, 0981234567",
}


@pytest.fixture
def area(make: Make) -> Area:
    return make.neighbourhood(name="Đông Tác")


@pytest.fixture
def leader(make: Make, area: Area) -> User:
    return make.user(Role.LEADER, area=area)


@pytest.fixture
def browser(sign_in: SignIn, leader: User) -> FlaskClient:
    return sign_in(leader)


def entered(browser: FlaskClient, area: Area, session: Session) -> Household:
    answer = browser.post("/households/new", data={**HOME, "area_id": str(area.id)})
    assert answer.status_code == 303, answer.text
    return only(session, Household)


def only(session: Session, model: type[T]) -> T:
    """Read it and let go: an open session of the test would keep the site from writing."""
    found = session.scalars(sa.select(model)).one()
    session.commit()
    return found


def test_a_home_is_entered_with_its_head_and_found_without_accents(
    browser: FlaskClient, area: Area, session: Session
):
    assert browser.get("/households/new").status_code == 200
    home = entered(browser, area, session)
    assert (home.head_name, home.home_from, home.home_until) == ("Đặng Thị Ẩn", 1020, 1200)
    page = browser.get("/households?q=dang+thi").text
    assert "Đặng Thị Ẩn" in page
    card = browser.get(f"/households/{home.id}").text
    for shown in ("Bà Đặng Thị Ẩn", "0912 345 678", "0981 234 567", "Hộ nghèo", "17:00 đến 20:00"):
        assert shown in card


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Vui lòng điền"),
        ("name", "12345", "không phải là họ tên"),
        ("phones", "O912345678", "chữ O thay cho số 0"),
        ("birth_year", "54", "bốn chữ số"),
        ("note", "CCCD 087084000999", ""),
        ("latitude", "10.9", "phải đi cùng nhau"),
        ("home_until", "08:00", "phải muộn hơn"),
        ("address", "", "cách tìm nhà"),
        ("area_id", "", "Hãy chọn"),
        ("area_id", "nonsense", ""),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_stored(
    browser: FlaskClient, area: Area, session: Session, *, field: str, value: str, told: str
):
    data = {**HOME, "area_id": str(area.id), field: value}
    answer = browser.post("/households/new", data=data)
    assert answer.status_code == 422
    assert told in answer.text
    assert session.scalars(sa.select(Household)).all() == []


def test_a_home_and_its_people_are_changed(browser: FlaskClient, area: Area, session: Session):
    home = entered(browser, area, session)
    base = f"/households/{home.id}"
    assert "12/3 hẻm 45 Lê Lợi" in browser.get(f"{base}/edit").text
    change = {"area_id": str(area.id), "address": "14 Lê Lợi", "circumstance": "none"}
    assert browser.post(f"{base}/edit", data=change).status_code == 303
    assert browser.post(f"{base}/edit", data={**change, "address": ""}).status_code == 422
    assert browser.get(f"{base}/people/new").status_code == 200
    added = browser.post(f"{base}/people/new", data={"name": "Lê Văn Ơn", "relation": "con"})
    assert added.status_code == 303
    assert browser.post(f"{base}/people/new", data={"name": ""}).status_code == 422
    son = session.scalars(sa.select(Resident).where(Resident.position == 1)).one()
    session.commit()
    person = f"/households/people/{son.id}"
    assert "Lê Văn Ơn" in browser.get(person).text
    assert browser.post(person, data={"name": "Lê Văn Ớn", "is_head": "y"}).status_code == 303
    assert browser.post(person, data={"name": ""}).status_code == 422
    assert "<h1>Lê Văn Ớn</h1>" in browser.get(base).text
    assert browser.post(f"{person}/leave").status_code == 303
    assert "<h1>Đặng Thị Ẩn</h1>" in browser.get(base).text
    assert browser.post(f"{person}/return").status_code == 303


def test_an_archived_home_can_be_taken_back(browser: FlaskClient, area: Area, session: Session):
    home = entered(browser, area, session)
    browser.post(f"/households/{home.id}/archive")
    assert "Đặng Thị Ẩn" not in browser.get("/households").text
    assert "Đặng Thị Ẩn" in browser.get("/households?archived=yes").text
    browser.post(f"/households/{home.id}/restore")
    assert "Đặng Thị Ẩn" in browser.get("/households").text


def test_consent_is_asked_with_nothing_chosen_and_taken_back_in_one_tap(
    browser: FlaskClient, area: Area, session: Session, leader: User
):
    home = entered(browser, area, session)
    phone = queries.card(session, home.id, actor=leader).phones[0].phone
    session.commit()
    url = f"/households/{home.id}/phones/{phone.id}"
    assert " checked" not in browser.get(url).text
    assert browser.post(url, data={"purpose": "visit_reminder"}).status_code == 422
    answer = {"purpose": "visit_reminder", "answer": "yes", "means": "spoken"}
    assert browser.post(url, data=answer).status_code == 303
    assert "Đồng ý " in browser.get(f"/households/{home.id}").text
    assert browser.post(f"{url}/withdraw", data={"purpose": "visit_reminder"}).status_code == 303
    assert browser.post(f"{url}/withdraw", data={"purpose": "x"}).status_code == 404
    acts = session.scalars(sa.select(Consent).order_by(Consent.at)).all()
    assert [act.given for act in acts] == [True, False]
    assert {act.wording for act in acts} == {"2026-11"}
    assert "Các lần trả lời trước" in browser.get(url).text


def test_a_leader_of_another_area_finds_nothing(
    browser: FlaskClient, area: Area, session: Session, make: Make, sign_in
):
    home = entered(browser, area, session)
    other = sign_in(make.user(Role.LEADER))
    assert "Đặng Thị Ẩn" not in other.get("/households").text
    assert other.get(f"/households/{home.id}").status_code == 404
    assert other.get(f"/households?area={area.id}").status_code == 404
    assert other.post(f"/households/{home.id}/archive").status_code == 404
    moved = other.post("/households/new", data={**HOME, "area_id": str(area.id)})
    assert moved.status_code in {404, 422}


def test_an_administrator_chooses_an_area_first(sign_in, make: Make, area: Area):
    admin = sign_in(make.user(Role.ADMINISTRATOR))
    assert "Hãy chọn địa bàn trước" in admin.get("/households/new").text
    assert "Đông Tác" in admin.get(f"/households/new?area={area.id}").text
    data = {**HOME, "area_id": str(area.id)}
    assert admin.post("/households/new", data=data).status_code == 303


ROWS: list[list[Any]] = [
    ["DANH SÁCH HỘ", "", "", "", ""],
    ["Họ và tên", "Năm sinh", "SĐT", "Địa chỉ", "Số CCCD"],
    ["Đặng Ẩn", 1950, 912345678, "12 Lê Lợi", "087084000999"],
    ["Trần Bé", "hồi xưa", "O912345678", "14 Lê Lợi", ""],
]


def send(browser: FlaskClient, area: Area, content: bytes, name: str = "ho.xlsx"):
    data = {"area_id": str(area.id), "sheet": (io.BytesIO(content), name)}
    return browser.post("/households/imports", data=data)


def test_a_list_goes_from_the_file_to_the_register_and_back(
    browser: FlaskClient, area: Area, session: Session
):
    assert browser.get("/households/imports").status_code == 200
    answer = send(browser, area, books.xlsx_file(ROWS))
    assert answer.status_code == 303, answer.text
    columns = browser.get(answer.location).text
    assert "không bao giờ đọc" in columns.lower()
    assert "087084000999" not in columns
    row = only(session, Import)
    base = f"/households/imports/{row.id}"
    chosen = {"column-0": "name", "column-1": "birth", "column-2": "phone", "column-3": "address"}
    twice = browser.post(f"{base}/columns", data={**chosen, "column-1": "name"})
    assert twice.status_code == 422
    assert browser.post(f"{base}/columns", data=chosen).status_code == 303
    preview = browser.get(base).text
    assert "hồi xưa" in preview
    assert "chữ O thay cho số 0" in preview
    assert session.scalars(sa.select(Household)).all() == []
    session.commit()
    assert browser.post(f"{base}/confirm").status_code == 303
    assert "Đã nhập 2 hộ" in browser.get(base).text
    assert browser.post(f"{base}/confirm").status_code == 409
    assert "Trần Bé" in browser.get("/households").text
    assert browser.post(f"{base}/undo").status_code == 303
    assert "đã được hoàn tác" in browser.get(base).text
    assert "Trần Bé" not in browser.get("/households").text


def test_another_sheet_of_the_file_can_be_read(browser: FlaskClient, area: Area, session: Session):
    send(browser, area, books.xlsx_file(ROWS))
    row = only(session, Import)
    base = f"/households/imports/{row.id}/sheet"
    assert browser.post(base, data={"sheet": "Sheet"}).status_code == 303
    assert browser.post(base, data={"sheet": "none"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "ho.xlsx", "Tệp trống"),
        (b"%PDF-1.7", "ho.pdf", "không phải là bảng tính"),
        (b"PK\x03\x04....", "ho.xlsx", "bị hỏng"),
        (books.csv_file([["a", "b"], ["1", "2"]]), "ho.csv", "Không tìm thấy dòng tiêu đề"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_sentence(
    browser: FlaskClient, area: Area, session: Session, *, content: bytes, name: str, told: str
):
    answer = send(browser, area, content, name)
    assert answer.status_code == 422
    assert told in answer.text
    assert session.scalars(sa.select(Import)).all() == []


def test_no_file_at_all_is_told_beside_the_field(browser: FlaskClient, area: Area):
    answer = browser.post("/households/imports", data={"area_id": str(area.id)})
    assert answer.status_code == 422
    assert "Hãy chọn" in answer.text


def test_hostile_names_in_a_sheet_are_shown_as_text(
    browser: FlaskClient, area: Area, session: Session
):
    rows = [["Họ tên", "Địa chỉ"], ["<script>alert(1)</script> An", '" onclick="x']]
    send(browser, area, books.xlsx_file(rows))
    row = only(session, Import)
    page = browser.get(f"/households/imports/{row.id}").text
    assert "<script>alert" not in page
    assert not re.search(r'\sonclick="x', page)


def test_every_list_page_takes_as_many_queries_for_many_homes_as_for_one(
    browser: FlaskClient, area: Area, make: Make, queries: list[str]
):
    make.home(area)
    browser.get("/households")
    queries.clear()
    browser.get("/households")
    one = len(queries)
    for _ in range(30):
        make.home(area)
    queries.clear()
    browser.get("/households")
    assert len(queries) == one


def test_the_services_can_be_called_for_the_next_person_at_once(
    session: Session, leader: User, area: Area, now
):
    home = services.add(session, services.Entry(area.id, "1 Lê Lợi"), actor=leader, now=now)
    session.flush()
    services.add_person(session, home.id, services.Person(name="Lê A"), actor=leader, now=now)
    session.commit()
    assert home.head_name == "Lê A"
