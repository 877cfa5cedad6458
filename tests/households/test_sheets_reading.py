"""Files of every kind, whole and broken: rows come out, or one clear reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.households import sheets
from outreach.households.sheets import values
from outreach.households.sheets.kinds import Cell, Unreadable, WhyUnreadable
from outreach.households.sheets.reading import Limits
from tests.households import books

ROWS = [["Họ tên", "Địa chỉ", "SĐT"], ["Đặng Ẩn", "12/3 Lê Lợi", "0912345678"]]


def read(content: bytes, name: str = "a.xlsx", **options: object) -> list[list[Cell]]:
    with sheets.opened(content, name, **options) as sheet:  # type: ignore[arg-type]
        return list(sheet.rows)


def why(content: bytes, name: str = "a.xlsx", **options: object) -> WhyUnreadable:
    with pytest.raises(Unreadable) as caught:
        read(content, name, **options)
    return caught.value.why


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (books.xlsx_file(ROWS), "list.xlsx"),
        (books.xlsx_file(ROWS), "wrong-name.csv"),
        (books.ods_file(ROWS), "list.ods"),
        (books.csv_file(ROWS), "list.csv"),
        (books.csv_file(ROWS, encoding="utf-8-sig"), "list.csv"),
        (books.csv_file(ROWS, encoding="utf-16"), "list.csv"),
        (books.csv_file(ROWS, encoding="utf-16-le"), "list.csv"),
        (books.csv_file(ROWS, delimiter=";"), "list.csv"),
        (books.csv_file(ROWS, delimiter="\t"), "list.txt"),
        (b"sep=|\r\n" + books.csv_file(ROWS, delimiter="|"), "list.csv"),
    ],
)
def test_the_same_rows_come_out_of_every_kind_of_file(content: bytes, name: str):
    assert [row for row in read(content, name) if row] == ROWS


def test_a_file_from_vietnamese_windows_is_read_in_its_own_encoding():
    text = "Họ tên;Địa chỉ\nĐặng Ẩn;Lê Lợi\n"
    decomposed = text.replace("ọ", "o\u0323").replace("ặ", "ă\u0323").replace("Ẩ", "Â\u0309")
    content = decomposed.replace("ị", "i\u0323").replace("ỉ", "i\u0309")
    content = content.replace("ợ", "ơ\u0323")
    rows = read(content.encode("cp1258"), "list.csv")
    assert values.as_text(rows[1][0]) == "Đặng Ẩn"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.xlsx", WhyUnreadable.EMPTY),
        (b"\xef\xbb\xbf \r\n", "a.csv", WhyUnreadable.EMPTY),
        (b"%PDF-1.7 ...", "a.pdf", WhyUnreadable.UNKNOWN_KIND),
        (b"not a workbook", "a.xlsx", WhyUnreadable.BROKEN),
        (books.xlsx_file(ROWS)[:-300], "a.xlsx", WhyUnreadable.BROKEN),
        (b"PK\x03\x04" + b"\0" * 100, "a.xlsx", WhyUnreadable.BROKEN),
        (books.xlsx_file([]), "a.xlsx", WhyUnreadable.NO_ROWS),
        (b'a,"' + b"x" * 200_000, "a.csv", WhyUnreadable.BROKEN),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_reason(
    content: bytes, name: str, reason: WhyUnreadable
):
    with pytest.raises(Unreadable) as caught, sheets.opened(content, name) as sheet:
        sheets.table(sheet)
    assert caught.value.why is reason


def test_bounds_are_kept_on_size_rows_and_columns():
    rows = [["Họ tên", "SĐT"]] * 30
    for content, name in ((books.xlsx_file(rows), "a.xlsx"), (books.csv_file(rows), "a.csv")):
        assert why(content, name, limits=Limits(file_bytes=50)) is WhyUnreadable.TOO_LARGE
        assert why(content, name, limits=Limits(rows=9)) is WhyUnreadable.TOO_MANY_ROWS
        assert why(content, name, limits=Limits(columns=1)) is WhyUnreadable.TOO_MANY_COLUMNS


def test_a_zip_bomb_is_noticed_although_it_declares_a_small_size():
    bomb = books.with_large_part(books.xlsx_file(ROWS), 5_000_000)
    assert len(bomb) < 50_000
    assert why(bomb, limits=Limits(unpacked_bytes=1_000_000)) is WhyUnreadable.TOO_LARGE


def test_a_cell_in_the_farthest_corner_ends_only_the_reader():
    """16,384 x 1,048,576 cells would be half a terabyte."""
    assert why(books.with_far_cell(books.xlsx_file(ROWS))) in {
        WhyUnreadable.BROKEN,
        WhyUnreadable.TOO_MANY_COLUMNS,
    }


def test_hidden_sheets_are_not_offered():
    content = books.xlsx_file(ROWS, hidden=["secret"])
    with sheets.opened(content, "a.xlsx") as sheet:
        assert sheet.names == ["Sheet"]
        assert list(sheet.rows) == ROWS
    assert why(content, sheet="hidden") is WhyUnreadable.NO_SUCH_SHEET


def test_leaving_a_file_half_read_leaves_no_process_behind():
    content = books.xlsx_file([["Họ tên", "SĐT"], *([["Đặng Ẩn", "0912345678"]] * 20_000)])
    with sheets.opened(content, "a.xlsx") as sheet:
        next(sheet.rows)
    assert len(read(content)) == 20_001


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_make_the_text_reader_fail(content: bytes):
    try:
        for row in read(content, "a.csv"):
            assert all(isinstance(cell, str) for cell in row)
    except Unreadable:
        pass


def test_an_encrypted_workbook_says_so(data: Path):
    content = (data / "sheets-and-solvers/calamine/pass_protected.xlsx").read_bytes()
    assert why(content) is WhyUnreadable.ENCRYPTED


@pytest.mark.parametrize("name", ["date.xlsx", "date_1904.xlsx", "date.xls", "date_1904.xls"])
def test_dates_of_both_epochs_are_the_same_dates(data: Path, name: str):
    content = (data / "sheets-and-solvers/calamine" / name).read_bytes()
    assert read(content, name)[0] == [date(2021, 1, 1), 15]


def test_a_truncated_old_workbook_is_broken(data: Path):
    content = (data / "sheets-and-solvers/calamine/too_small.xls").read_bytes()
    assert why(content, "too_small.xls") is WhyUnreadable.BROKEN


def test_every_public_workbook_is_read_or_refused_in_words(data: Path):
    refused = set()
    for path in sorted((data / "sheets-and-solvers").glob("*/*.*")):
        if path.suffix in {".xlsx", ".xls", ".ods"}:
            try:
                read(path.read_bytes(), path.name)
            except Unreadable:
                refused.add(path.name)
    assert refused == {"pass_protected.xlsx", "too_small.xls"}


def test_the_cases_of_csv_spectrum_come_out_as_it_says(data: Path):
    folder = data / "sheets-and-solvers/csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        head, *rows = read(path.read_bytes(), path.name)
        found = [dict(zip(head, row, strict=True)) for row in rows if row]
        told = (folder / "json" / f"{path.stem}.json").read_text().replace(r"\r\n", r"\n")
        assert found == json.loads(told), path.name
