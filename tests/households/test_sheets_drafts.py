"""From the mess that real sheets have to typed homes, with every fault named by row."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from outreach.households import sheets
from outreach.households.models import Circumstance, Salutation
from outreach.households.sheets import Drafts, Reason
from tests.households import books

TODAY = date(2026, 11, 21)
HEAD = ["Mã hộ", "Họ và tên", "Quan hệ", "Năm sinh", "SĐT", "Địa chỉ", "Khu phố"]


def drafts(
    rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), as_csv: bool = False
) -> Drafts:
    content = books.csv_file(rows) if as_csv else books.xlsx_file(rows, merged=merged)
    with sheets.opened(content, "a.csv" if as_csv else "a.xlsx") as sheet:
        table = sheets.table(sheet)
        return sheets.homes(sheets.rows(table, sheets.guess(table), today=TODAY))


def one(heading: str, cell: Any, *, as_csv: bool = False) -> Drafts:
    return drafts([["Họ tên", "Địa chỉ", heading], ["Đặng Ẩn", "12 Lê Lợi", cell]], as_csv=as_csv)


def reasons(found: Drafts) -> list[tuple[int, Reason]]:
    return [(problem.row, problem.reason) for problem in found.problems]


def test_rows_of_one_home_are_grouped_by_code():
    found = drafts(
        [
            HEAD,
            ["H1", "Đặng Ẩn", "Chủ hộ", 1950, "0912345678", "12 Lê Lợi", "KP 1"],
            ["H2", "Trần Bé", "Chủ hộ", 1960, "", "14 Lê Lợi", "KP 1"],
            ["h1 ", "Lê Thị Ơn", "Vợ", 1954, "0912345678", "", ""],
        ]
    )
    assert [[p.name for p in home.people] for home in found.homes] == [
        ["Đặng Ẩn", "Lê Thị Ơn"],
        ["Trần Bé"],
    ]
    assert [p.is_head for p in found.homes[0].people] == [True, False]


def test_rows_of_one_home_are_grouped_by_address_within_an_area():
    found = drafts(
        [
            HEAD[1:],
            ["Đặng Ẩn", "Chủ hộ", 1950, "", "12 Lê Lợi", "KP 1"],
            ["Lê Thị Ơn", "Vợ", 1954, "", "12 LÊ LỢI", "KP 1"],
            ["Võ Sáu", "Chủ hộ", 1954, "", "12 Lê Lợi", "KP 2"],
            ["Hồ Bảy", "Chủ hộ", 1954, "", "12 Lê Lợi", "KP 1"],
        ]
    )
    assert [[p.name for p in home.people] for home in found.homes] == [
        ["Đặng Ẩn", "Lê Thị Ơn"],
        ["Võ Sáu"],
        ["Hồ Bảy"],
    ]


def test_a_row_under_merged_cells_goes_on_with_the_home_above():
    found = drafts(
        [
            HEAD,
            ["H1", "Đặng Ẩn", "Chủ hộ", 1950, "", "12 Lê Lợi", "KP 1"],
            ["", "Lê Thị Ơn", "Vợ", 1954, "", "", ""],
        ],
        merged=["A2:A3", "F2:F3"],
    )
    assert [len(home.people) for home in found.homes] == [2]


def test_a_sheet_with_one_home_a_row_keeps_neighbours_at_one_address_apart():
    found = drafts(
        [["Chủ hộ", "Địa chỉ"], ["Đặng Ẩn", "12 Lê Lợi"], ["Trần Bé", "12 Lê Lợi"]],
    )
    assert [home.people[0].is_head for home in found.homes] == [True, True]


def test_a_line_across_the_sheet_names_the_area_below_it():
    found = drafts(
        [
            ["STT", "Họ tên", "Địa chỉ"],
            ["KHU PHỐ ĐÔNG TÁC"],
            [1, "Đặng Ẩn", "12 Lê Lợi"],
            ["Khu phố 2"],
            [2, "Trần Bé", "14 Lê Lợi"],
            ["", "", ""],
            [3, "", ""],
        ]
    )
    assert [home.area for home in found.homes] == ["KHU PHỐ ĐÔNG TÁC", "Khu phố 2"]
    assert found.problems == []


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (1954, 1954),
        (1954.0, 1954),
        ("1954", 1954),
        ("17/02/1954", 1954),
        ("7-2-1954", 1954),
        ("2/1954", 1954),
        ("1954-02-17", 1954),
        ("19540217", 1954),
        (date(1954, 2, 17), 1954),
    ],
)
def test_a_birth_is_read_to_its_year_however_it_is_written(cell: Any, year: int):
    found = one("Năm sinh", cell)
    assert found.homes[0].people[0].birth_year == year
    assert found.problems == []


@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        ("Năm sinh", "khoảng 54", Reason.BIRTH_UNCLEAR),
        ("Năm sinh", 19755, Reason.BIRTH_UNCLEAR),
        ("Năm sinh", 2027, Reason.BIRTH_IMPOSSIBLE),
        ("Giới tính", "?", Reason.SEX_UNCLEAR),
        ("SĐT", "O912345678", Reason.PHONE_LETTERS),
        ("SĐT", "9.1E+08", Reason.PHONE_SHORTENED),
        ("SĐT", 91234, Reason.PHONE_TOO_SHORT),
        ("Ghi chú", "CCCD 087084000999", Reason.NOTE_HOLDS_SECRET),
        ("Ghi chú", "=cmd|'/C calc'!A0", Reason.FORMULA),
        ("Ghi chú", "@SUM(1+9)*cmd|' /C calc'!A0", Reason.FORMULA),
        ("Ghi chú", "#REF!", Reason.FORMULA_ERROR),
        ("Diện", "lạ", Reason.CIRCUMSTANCE_UNCLEAR),
        ("Vĩ độ", "10,98", Reason.POINT_INCOMPLETE),
        ("Tọa độ", "đầu hẻm", Reason.POINT_IMPOSSIBLE),
        ("Ghi chú", "x" * 501, Reason.TOO_LONG),
    ],
)
def test_a_bad_cell_is_left_out_and_the_home_is_kept(heading: str, cell: Any, reason: Reason):
    found = one(heading, cell, as_csv=isinstance(cell, str))
    assert reasons(found) == [(2, reason)]
    assert len(found.homes) == 1
    assert (found.rows, found.left_out) == (1, 0)


def test_a_secret_in_a_note_is_not_repeated_in_the_report():
    assert "087" not in one("Ghi chú", "CCCD 087084000999").problems[0].value


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "", 1950], Reason.NAME_OR_ADDRESS_MISSING),
        (["123", "12 Lê Lợi", 1950], Reason.NOT_A_NAME),
        (["Đặng Ẩn", "", 1950], Reason.HOME_MISSING),
    ],
)
def test_a_row_that_is_no_home_is_left_out_and_the_others_are_kept(row: list[Any], reason: Reason):
    good = ["Trần Bé", "14 Lê Lợi", 1960]
    found = drafts([["Chủ hộ", "Địa chỉ", "Năm sinh"], row, good])
    assert reasons(found) == [(2, reason)]
    assert (found.rows, found.left_out) == (2, 1)
    assert [home.address for home in found.homes] == ["14 Lê Lợi"]


def test_phones_as_excel_spoils_them_are_mended():
    found = one("SĐT", 912345678.0)
    assert [n.e164 for n in found.homes[0].people[0].phones] == ["+84912345678"]
    found = one("SĐT", "0981234567/0912345678")
    assert len(found.homes[0].people[0].phones) == 2
    assert one("SĐT", "không có").problems == []


def test_decomposed_text_hidden_characters_and_capitals_are_mended():
    name = unicodedata.normalize("NFD", "\u200bĐẶNG  THỊ\u00a0ẨN")
    found = drafts([["Họ tên", "Địa chỉ"], [name, "12 Lê Lợi"]])
    assert found.homes[0].people[0].name == "Đặng Thị Ẩn"


def test_a_title_before_the_name_is_how_to_address_them():
    found = drafts([["Họ tên", "Địa chỉ"], ["Bà Trần Thị Bé", "12 Lê Lợi"]])
    person = found.homes[0].people[0]
    assert (person.salutation, person.name) == (Salutation.BA, "Trần Thị Bé")


@pytest.mark.parametrize(
    ("heading", "cell", "circumstance"),
    [
        ("Diện", "Hộ nghèo", Circumstance.POOR),
        ("Diện", "Hộ cận nghèo", Circumstance.NEAR_POOR),
        ("Diện", "Không", Circumstance.NONE),
        ("Diện", "Gia đình có công", Circumstance.MERIT),
        ("Hộ nghèo", "x", Circumstance.POOR),
        ("Cận nghèo", "X", Circumstance.NEAR_POOR),
    ],
)
def test_circumstances_are_read_from_words_and_from_marks(
    heading: str, cell: str, circumstance: Circumstance
):
    assert one(heading, cell).homes[0].circumstance is circumstance


def test_a_point_the_wrong_way_round_is_turned():
    rows: list[list[Any]] = [
        ["Chủ hộ", "Địa chỉ", "Vĩ độ", "Kinh độ"],
        ["Đặng Ẩn", "12 Lê Lợi", 106.65, "10,98"],
    ]
    home = drafts(rows).homes[0]
    assert (home.latitude, home.longitude) == (10.98, 106.65)


def test_house_number_and_street_in_columns_of_their_own_make_the_address():
    found = drafts([["Họ tên", "Số nhà", "Đường"], ["Đặng Ẩn", "12/3", "Lê Lợi"]])
    assert found.homes[0].address == "12/3 Lê Lợi"


def test_public_person_records_are_read_whole(data: Path):
    content = (data / "households/febrl_dataset1.csv").read_bytes()
    with sheets.opened(content, "febrl.csv") as sheet:
        table = sheets.table(sheet)
        found = sheets.homes(sheets.rows(table, sheets.guess(table), today=TODAY))
    assert found.rows == 1000
    assert sum(len(home.people) for home in found.homes) + found.left_out > 950
    assert not any("6988048" in str(home) for home in found.homes)


def test_injection_payloads_of_a_public_list_are_refused_everywhere(data: Path):
    payloads = (data / "sheets-and-solvers/csv_injection_payloads.txt").read_text().splitlines()
    for payload in filter(None, payloads):
        found = one("Ghi chú", payload, as_csv=True)
        assert reasons(found) == [(2, Reason.FORMULA)], payload
