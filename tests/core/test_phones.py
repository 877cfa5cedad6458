"""Telephone numbers as the sheets of a ward have them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import phones
from outreach.core.phones import Doubt, Kind, Phone, Refused

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("0169 123 4567", "+84391234567"),
        ("+84 169 123 4567", "+84391234567"),
        ("0120-1234567", "+84701234567"),
        ("912345678", "+84912345678"),
        ("912345678.0", "+84912345678"),
        ("84 (0) 912345678", "+84912345678"),
        ("(+84) 0912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("0552345678", "+84552345678"),
    ],
)
def test_a_mobile_number_is_understood_however_it_is_written(written: str, e164: str):
    number = phones.parse(written)
    assert isinstance(number, Phone)
    assert (number.e164, number.kind) == (e164, Kind.MOBILE)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("O912345678", Refused.LETTERS),
        ("09123456789", Refused.TOO_LONG),
        ("+8491234567", Refused.TOO_SHORT),
        ("091234567", Refused.TOO_SHORT),
        ("0123456789", Refused.NOT_A_PREFIX),
        ("9.12E+08", Refused.SHORTENED),
        ("-", Refused.EMPTY),
        ("+999 1", Refused.NOT_A_PREFIX),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(written: str, reason: Refused):
    assert phones.parse(written) is reason


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("02743822922", "+842743822922"),
        ("0650 3822922", "+842743822922"),
        ("028 3822 9222", "+842838229222"),
    ],
)
def test_a_land_line_can_be_called_but_not_texted(written: str, e164: str):
    number = phones.parse(written)
    assert isinstance(number, Phone)
    assert (number.e164, number.kind) == (e164, Kind.LANDLINE)


@pytest.mark.parametrize(
    ("written", "doubt"),
    [
        ("0912345678", None),
        ("912345678", Doubt.ZERO_ADDED),
        ("01691234567", Doubt.RENUMBERED),
        ("0552345678", Doubt.UNLISTED),
        ("+1 650 253 0000", Doubt.FOREIGN),
    ],
)
def test_what_was_changed_or_doubtful_is_said(written: str, doubt: Doubt | None):
    number = phones.parse(written)
    assert isinstance(number, Phone)
    assert number.doubt is doubt


@pytest.mark.parametrize(
    "cell",
    [
        "0981234567/0912345678",
        "0981234567; 0912345678",
        "0981234567\n0912345678",
        "0981234567 - 0912345678",
        "0981234567-0912345678",
        "0981.234.567 0912.345.678",
        "981234567 912345678",
        "0981234567 hoặc 0912345678",
        "Zalo: 0981234567, 0912345678 (con gái)",
        "anh Ba 0981234567 / 0912345678 vợ",
        "0981234567/0912345678/0981234567",
    ],
)
def test_a_cell_with_two_numbers_gives_both_once(cell: str):
    found = phones.parse_all(cell)
    assert [n.e164 for n in found if isinstance(n, Phone)] == ["+84981234567", "+84912345678"]
    assert len(found) == 2


def test_a_spoiled_number_does_not_spoil_its_neighbour():
    assert phones.parse_all("O981234567/0912345678") == [
        Refused.LETTERS,
        Phone("+84912345678", Kind.MOBILE),
    ]


def test_a_number_is_shown_as_it_is_read_out():
    assert phones.display("+84901234567") == "0901 234 567"
    assert phones.display("+842743822922").startswith("0274 ")
    assert phones.display("+16502530000").startswith("+1 ")
    assert phones.display("nonsense") == "nonsense"
    assert phones.mask("+84901234567") == "••• 567"


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(anything: str):
    for number in phones.parse_all(anything):
        if isinstance(number, Phone):
            assert re.fullmatch(r"\+\d{8,15}", number.e164)


@given(st.from_regex(r"\+84(3[2-9]|7[06-9]|8[1-9]|9[0-46-8])\d{7}", fullmatch=True))
def test_what_is_shown_can_be_typed_back(e164: str):
    if not e164.isascii():
        return
    number = phones.parse(phones.display(e164))
    assert isinstance(number, Phone)
    assert number.e164 == e164


@given(st.from_regex(r"0[2-9]\d{8,9}", fullmatch=True).filter(str.isascii))
def test_a_number_without_doubt_is_one_the_numbering_plan_lists(written: str):
    number = phones.parse(written)
    if isinstance(number, Phone) and number.doubt is None:
        parsed = phonenumbers.parse(number.e164, None)
        assert phonenumbers.is_valid_number(parsed)
        landline = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE
        assert landline == (number.kind is Kind.LANDLINE)


def test_every_mobile_renumbering_of_2018_is_known(data: Path):
    """Against libphonenumber's own migration table."""
    path = data / "phones-and-sms/vn_11_to_10_digit_recipes.csv"
    rows = csv.reader(path.read_text("utf-8").splitlines(), delimiter=";")
    checked = 0
    for row in list(rows)[1:]:
        old, length, _, _, new = (cell.strip() for cell in row[:5])
        if length != "12" or not old.startswith("841"):
            continue
        for prefix in (p for p in map(str, range(84100, 84200)) if re.match(old, p + "0")):
            number = phones.parse("+" + prefix + "1234567")
            assert isinstance(number, Phone)
            head = new.replace("x", "")
            assert number.e164.startswith("+84" + head)
            assert number.e164.endswith(prefix[-1] * (len(head) == 1) + "1234567")
            checked += 1
    assert checked == 20 + 1
