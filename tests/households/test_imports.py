"""Lists imported whole, looked at before, taken back after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.households import queries as lists
from outreach.households.duplicates import Why
from outreach.households.models import (
    ContactPoint,
    Household,
    Import,
    ResidentPhone,
)
from outreach.households.queries import imports as reads
from outreach.households.services import imports as services
from outreach.households.services.imports import Choices
from outreach.households.sheets import Field
from outreach.places.models import Area
from tests.factories import Make
from tests.households import books

TODAY = date(2026, 11, 21)
HEAD = ["Mã hộ", "Họ và tên", "Quan hệ", "Năm sinh", "SĐT", "Địa chỉ", "Khu phố"]
LIST: list[list[Any]] = [
    HEAD,
    ["H1", "Đặng Ẩn", "Chủ hộ", 1950, "0912345678", "12 Lê Lợi", "KP 3"],
    ["H1", "Lê Thị Ơn", "Vợ", 1954, "0912345678/0981234567", "", ""],
    ["H2", "Trần Bé", "Chủ hộ", 1960, "O912345678", "14 Lê Lợi", "Khu phố 03"],
    ["", "123", "", "", "", "16 Lê Lợi", "3"],
]


@pytest.fixture
def commune(make: Make) -> Area:
    return make.area(name="Dĩ An")


@pytest.fixture
def officer(make: Make, commune: Area) -> User:
    make.neighbourhood(commune, name="3")
    return make.user(Role.OFFICER, area=commune)


def uploaded(
    session: Session, officer: User, now: datetime, rows: Sequence[Sequence[Any]] = LIST
) -> Import:
    assert officer.area_id is not None
    content = books.xlsx_file(rows)
    row = services.upload(
        session, officer.area_id, "danh sách.xlsx", content, actor=officer, now=now
    )
    session.commit()
    return row


def imported(
    session: Session,
    officer: User,
    now: datetime,
    rows: Sequence[Sequence[Any]] = LIST,
    choices: Choices | None = None,
) -> Import:
    row = uploaded(session, officer, now, rows)
    services.confirm(session, row.id, choices or Choices(), today=TODAY, actor=officer, now=now)
    session.commit()
    session.expire_all()
    return row


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_list_becomes_homes_people_and_shared_phones(
    session: Session, officer: User, now: datetime
):
    row = imported(session, officer, now)
    assert row.result == {
        "homes": 2,
        "people": 3,
        "phones": 2,
        "left_out": 1,
        "duplicates": 0,
        "areas": 0,
    }
    first, second = session.scalars(sa.select(Household).order_by(Household.code)).all()
    assert (first.head_name, first.area.name, second.area.name) == ("Đặng Ẩn", "3", "3")
    assert [(r.name, r.position, r.relation) for r in first.residents] == [
        ("Đặng Ẩn", 0, ""),
        ("Lê Thị Ơn", 1, "Vợ"),
    ]
    shared = session.scalars(
        sa.select(ContactPoint).where(ContactPoint.number == "+84912345678")
    ).one()
    users = sa.select(sa.func.count()).where(ResidentPhone.contact_point_id == shared.id)
    assert session.scalar(users) == 2


def test_what_was_imported_is_found_like_what_was_typed(
    session: Session, officer: User, now: datetime
):
    imported(session, officer, now)
    for words in ("dang an", "ĐẶNG", "12 le loi", "le thi on", "0912 345 678", "345678", "h1"):
        page = lists.page(session, lists.Filters(words), actor=officer)
        assert "Đặng Ẩn" in [home.head_name for home in page.rows], words
    assert lists.page(session, lists.Filters("nguyen"), actor=officer).total == 0


def test_the_file_is_forgotten_once_it_is_stored_or_a_day_old(
    session: Session, officer: User, now: datetime
):
    done = imported(session, officer, now)
    waiting = uploaded(session, officer, now)
    uploaded(session, officer, now + timedelta(days=2))
    session.expire_all()
    assert session.get_one(Import, done.id).content is None
    with pytest.raises(Conflict):
        reads.preview(session, session.get_one(Import, waiting.id), today=TODAY)


def test_the_same_list_again_is_all_duplicates(session: Session, officer: User, now: datetime):
    imported(session, officer, now)
    row = uploaded(session, officer, now)
    found = reads.preview(session, row, today=TODAY)
    assert [twin.why for twin in found.duplicates] == [Why.CODE, Why.CODE]
    with pytest.raises(Conflict):
        services.confirm(session, row.id, Choices(), today=TODAY, actor=officer, now=now)
    session.rollback()
    keep = Choices(keep=frozenset(twin.row for twin in found.duplicates))
    services.confirm(session, row.id, keep, today=TODAY, actor=officer, now=now)
    assert count(session, Household) == 4
    assert count(session, ContactPoint) == 2


@pytest.mark.parametrize(
    ("again", "why"),
    [
        (["", "ĐẶNG ẨN", "Chủ hộ", 1950, "", "12 lê lợi", "KP 3"], Why.ADDRESS),
        (["", "Dang An", "Chủ hộ", "", "0912345678", "99 Khác", "KP 3"], Why.PHONE),
        (["", "Đặng Ẩn", "Chủ hộ", 1951, "0912345678", "12 Lê Lợi", "KP 3"], None),
        (["", "Đặng An Bình", "Chủ hộ", 1950, "0912345678", "12 Lê Lợi", "KP 3"], None),
        (["", "Đặng Ẩn", "Chủ hộ", 1950, "", "13 Lê Lợi", "KP 3"], None),
    ],
)
def test_a_likely_duplicate_needs_a_name_and_an_address_or_phone_and_no_other_birth(
    session: Session, officer: User, now: datetime, again: list[Any], why: Why | None
):
    imported(session, officer, now)
    found = reads.preview(session, uploaded(session, officer, now, [HEAD, again]), today=TODAY)
    assert [twin.why for twin in found.duplicates] == ([why] if why else [])


def test_a_duplicate_within_the_sheet_names_the_earlier_row(
    session: Session, officer: User, now: datetime
):
    rows: list[list[Any]] = [
        HEAD,
        ["H1", "Đặng Ẩn", "Chủ hộ", 1950, "0912345678", "12 Lê Lợi", "KP 3"],
        ["H9", "Đặng Ẩn", "Chủ hộ", 1950, "0912345678", "Số 12 đường Lê Lợi", "KP 3"],
    ]
    found = reads.preview(session, uploaded(session, officer, now, rows), today=TODAY)
    assert [(twin.row, twin.other_row) for twin in found.duplicates] == [(3, 2)]


def test_areas_that_only_the_sheet_knows_are_added_when_asked(
    session: Session, officer: User, now: datetime
):
    rows: list[list[Any]] = [
        ["Họ tên", "Địa chỉ", "Khu phố", "Tổ"],
        ["Đặng Ẩn", "12 Lê Lợi", "KHU PHỐ ĐÔNG TÁC", 2],
    ]
    found = reads.preview(session, uploaded(session, officer, now, rows), today=TODAY)
    assert dict(found.unknown) == {("KHU PHỐ ĐÔNG TÁC", "2"): 1}
    row = imported(session, officer, now, rows, Choices(add_areas=True))
    assert row.result["areas"] == 2
    home = session.scalars(sa.select(Household)).one()
    assert home.area.parent is not None
    assert home.area.parent.full_name == "Khu phố Đông Tác"


def test_one_new_area_under_two_spellings_is_added_once(
    session: Session, officer: User, now: datetime
):
    rows: list[list[Any]] = [
        ["Họ tên", "Địa chỉ", "Khu phố", "Tổ"],
        ["Đặng Ẩn", "1 Lê Lợi", "KP 7", ""],
        ["Trần Bé", "2 Lê Lợi", "Khu phố 07", ""],
        ["Lê Út", "3 Lê Lợi", "KP 3", "Tổ 9"],
    ]
    row = imported(session, officer, now, rows, Choices(add_areas=True))
    assert row.result["areas"] == 2
    names = sorted(home.area.full_name for home in session.scalars(sa.select(Household)))
    assert names == ["Khu phố 7", "Khu phố 7", "Tổ 9"]


def test_areas_that_nobody_asked_for_are_not_added(session: Session, officer: User, now: datetime):
    rows: list[list[Any]] = [["Họ tên", "Địa chỉ", "Khu phố"], ["Đặng Ẩn", "12 Lê Lợi", "Đông Tác"]]
    areas = count(session, Area)
    imported(session, officer, now, rows)
    assert count(session, Area) == areas
    assert session.scalars(sa.select(Household)).one().area_id == officer.area_id


def test_the_columns_can_be_corrected_before_storing(
    session: Session, officer: User, now: datetime
):
    rows: list[list[Any]] = [["Người", "Họ tên", "Địa chỉ"], ["Đặng Ẩn", "12 Lê Lợi", "xx"]]
    row = uploaded(session, officer, now, rows)
    wrong = {0: Field.NAME, 1: Field.NAME}
    with pytest.raises(Refusal):
        services.set_mapping(session, row.id, wrong, actor=officer, now=now)
    right = {0: Field.NAME, 1: Field.ADDRESS}
    services.set_mapping(session, row.id, right, actor=officer, now=now)
    (home,) = reads.preview(session, row, today=TODAY).drafts.homes
    assert (home.people[0].name, home.address) == ("Đặng Ẩn", "12 Lê Lợi")


def test_a_list_is_stored_once(session: Session, officer: User, now: datetime):
    row = imported(session, officer, now)
    with pytest.raises(Conflict):
        services.confirm(session, row.id, Choices(), today=TODAY, actor=officer, now=now)


def test_an_import_of_another_ward_is_nobodys_business(
    session: Session, officer: User, now: datetime, make: Make
):
    row = uploaded(session, officer, now)
    stranger = make.user(Role.OFFICER)
    with pytest.raises(NotFound):
        services.confirm(session, row.id, Choices(), today=TODAY, actor=stranger, now=now)
    with pytest.raises(NotFound):
        services.upload(session, row.area_id, "a.csv", b"x", actor=stranger, now=now)


def test_an_encrypted_or_broken_file_is_one_sentence_and_nothing_is_stored(
    session: Session, officer: User, now: datetime
):
    assert officer.area_id is not None
    for content, name in ((b"PK\x03\x04rubbish", "a.xlsx"), (b"", "a.csv"), (b"%PDF", "a.pdf")):
        with pytest.raises(Refusal, match=r"\.$"):
            services.upload(session, officer.area_id, name, content, actor=officer, now=now)
    assert count(session, Import) == 0


def test_the_preview_of_5000_rows_reads_the_register_a_constant_number_of_times(
    session: Session, officer: User, now: datetime, queries: list[str]
):
    def reads_for(homes: int) -> int:
        rows: list[list[Any]] = [HEAD] + [
            [f"H{n}", f"Đặng Ẩn {n}", "Chủ hộ", 1950, f"09{n:08}", f"{n} Lê Lợi", "KP 3"]
            for n in range(homes)
        ]
        row = uploaded(session, officer, now, rows)
        queries.clear()
        reads.preview(session, row, today=TODAY)
        return len(queries)

    assert reads_for(3) == reads_for(5000)
