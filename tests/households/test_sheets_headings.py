"""Where the headings are, and what each column holds."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from outreach.households import sheets
from outreach.households.models import Sex
from outreach.households.sheets import Field
from outreach.households.sheets.headings import field_of, letters
from outreach.households.sheets.kinds import Unreadable, WhyUnreadable
from tests.households import books
from tests.households.test_sheets_drafts import drafts

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Họ và tên", Field.NAME),
        ("HỌ VÀ TÊN CHỦ HỘ", Field.HEAD_NAME),
        ("Quan hệ với chủ hộ", Field.RELATION),
        ("Số điện thoại (Zalo)", Field.PHONE),
        ("Ngày, tháng, năm sinh", Field.BIRTH),
        ("2. Giới tính*", Field.SEX),
        ("Khu phố/Ấp", Field.AREA),
        ("Nơi ở hiện tại", Field.ADDRESS),
        ("Hộ cận nghèo", Field.NEAR_POOR),
        ("Hộ nghèo", Field.POOR),
        ("Vĩ độ", Field.LATITUDE),
        ("Phone number", Field.PHONE),
        ("STT", None),
        ("Quận/Huyện", None),
        ("Số CCCD", None),
        ("Số tài khoản", None),
    ],
)
def test_a_heading_says_what_its_column_holds(heading: str, field: Field | None):
    assert field_of(heading) is field
    assert field_of(unicodedata.normalize("NFD", heading)) is field


def test_headings_are_found_under_titles_and_merged_cells():
    found = drafts(
        [
            ["UBND PHƯỜNG DĨ AN", "", "", ""],
            ["DANH SÁCH HỘ GIA ĐÌNH NĂM 2026", "", "", ""],
            [],
            ["STT", "Họ và tên", "Năm sinh", "", "Địa chỉ"],
            ["", "", "Nam", "Nữ", ""],
            ["A", "B", 1, 2, 3],
            [1, "Đặng Ẩn", 1950, "", "12 Lê Lợi"],
            [2, "Trần Thị Bé", "", 1954, "14 Lê Lợi"],
        ],
        merged=["A1:E1", "A2:E2", "C4:D4"],
    )
    people = [home.people[0] for home in found.homes]
    assert [(p.name, p.sex, p.birth_year) for p in people] == [
        ("Đặng Ẩn", Sex.MALE, 1950),
        ("Trần Thị Bé", Sex.FEMALE, 1954),
    ]
    assert [p.row for p in people] == [7, 8]
    assert found.problems == []


def test_numbers_of_identity_papers_are_neither_mapped_nor_shown():
    rows = [["Họ tên", "Địa chỉ", "Số CCCD"], ["Đặng Ẩn", "12 Lê Lợi", "087084000999"]]
    with sheets.opened(books.xlsx_file(rows), "a.xlsx") as sheet:
        table = sheets.table(sheet)
    column = table.columns[2]
    assert (column.letter, column.forbidden, column.samples) == ("C", True, ())
    assert 2 not in sheets.guess(table)


def test_a_sheet_without_headings_is_refused_in_words():
    with pytest.raises(Unreadable) as caught:
        drafts([["Đặng Ẩn", "12 Lê Lợi"], ["Trần Bé", "14 Lê Lợi"]])
    assert caught.value.why is WhyUnreadable.NO_HEADINGS


def test_columns_are_named_as_the_spreadsheet_names_them():
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_headings_under_notes_and_merged_cells_in_a_public_workbook(data: Path):
    """readxl's sheet: four rows of notes above, notes below; a name and two dates are ours."""
    content = (data / "sheets-and-solvers/readxl/deaths.xlsx").read_bytes()
    with sheets.opened(content, "deaths.xlsx") as sheet:
        table = sheets.table(sheet)
        mapping = sheets.guess(table)
        rows = list(sheets.rows(table, mapping, today=TODAY))
    assert mapping == {0: Field.NAME, 4: Field.BIRTH}
    assert (rows[0].name, rows[0].birth_year, rows[0].number) == ("David Bowie", 1947, 6)
