from __future__ import annotations

import csv
import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.exports import DANGEROUS, Table, as_csv, as_xlsx

ATTACK = '=HYPERLINK("http://evil.example","x")'


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_a_csv_file_opens_as_vietnamese_in_excel() -> None:
    body = as_csv(Table("Lượt thăm", ["Giờ", "Hộ"], [[datetime(2026, 11, 21, 8, 5), "Đặng Ẩn"]]))  # noqa: DTZ001
    assert body.startswith(b"\xef\xbb\xbf")
    assert rows_of(body) == [["Giờ", "Hộ"], ["21/11/2026 08:05", "Đặng Ẩn"]]


@pytest.mark.parametrize("text", [ATTACK, "+84901", "-1+2", "@SUM(1)", "\tx", "  =1", "\r=1"])
def test_a_formula_in_a_name_stays_a_name(text: str) -> None:
    table = Table("x", ["Hộ"], [[text]])
    assert rows_of(as_csv(table))[1][0].startswith("'")
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20))
def test_no_text_cell_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    cell = rows_of(as_csv(Table("x", ["Hộ", "Số"], [[text, 1]])))[1][0]
    assert not cell.lstrip(" ").startswith(DANGEROUS)
    assert cell.removeprefix("'") == text or cell == text


def test_numbers_stay_numbers_in_a_workbook() -> None:
    body = as_xlsx(Table("Tổng quan", ["Hộ", "Lượt"], [["Đông Tác", -3]]))
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["Đông Tác", -3]
    assert sheet.freeze_panes == "A2"
