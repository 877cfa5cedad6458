"""Folding, sorting, cleaning, and the guard on notes."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import text

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
words = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)


def in_order(items: list[str], key: Callable[[str], str]) -> bool:
    return all(key(one) < key(next_one) for one, next_one in pairwise(items))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("dang", "Đặng"),
        ("long hoa", "Long Hoà"),
        ("long hoa", "Long Hòa"),
        ("do van an", "Đỗ Văn Ấn"),
        ("THUY", "Thuý"),
        ("dak lak", "Ðắk  Lắk"),
    ],
)
def test_typing_without_marks_finds_the_name_with_them(typed: str, stored: str):
    assert text.fold(typed) in text.fold(f"Xã {stored}")


@given(st.text())
def test_folding_is_the_same_for_both_unicode_forms_and_settles_at_once(anything: str):
    folded = text.fold(unicodedata.normalize("NFC", anything))
    assert folded == text.fold(unicodedata.normalize("NFD", anything))
    assert text.fold(folded) == folded


@given(names)
def test_a_folded_vietnamese_name_is_ascii(name: str):
    assert text.fold(name).isascii()
    assert text.fold(name) == text.fold(text.unaccent(name))


def test_an_unaccented_text_keeps_its_capitals_and_punctuation():
    assert text.unaccent("Ông Đặng Văn Ấn, 8h30.") == "Ong Dang Van An, 8h30."


def test_people_are_listed_by_given_name_in_the_order_of_the_alphabet():
    alphabetic = "An,Ánh,Ăn,Ân,Ẩn,Ấn,Bé,Bình,On,Ôn,Ơn,Ung,Út,Ưng,Ý,Yến"
    people = [f"Nguyễn Văn {name}" for name in re.split(",", alphabetic)]
    assert in_order(people, text.sort_key)


def test_letters_and_tones_come_in_the_order_of_cldr():
    letters = list("aàảãáạăằẳẵắặâầẩẫấậbdđeèêềghioôơpuưvxy")
    assert in_order(letters, text.sort_key)


def test_people_of_one_given_name_are_listed_by_family_name():
    people = ["Dương Văn An", "Đặng Thị An", "Đặng Văn An", "Nguyễn An", "Đỗ Văn Ân"]
    assert in_order(people, text.sort_key)


def test_where_the_tone_is_written_does_not_move_a_name():
    assert text.sort_key("Trần Hoà") == text.sort_key("Trần Hòa")


@pytest.mark.parametrize("name", ["Nguyễn Văn Ân (Tư)", "Nguyễn Văn Ân 2"])
def test_a_nickname_or_a_number_is_not_the_given_name(name: str):
    assert text.sort_key("Nguyễn Văn An") < text.sort_key(name) < text.sort_key("Lê Bé")


@given(st.text())
def test_a_sort_key_is_ascii_and_the_same_for_both_unicode_forms(anything: str):
    key = text.sort_key(anything)
    assert key.isascii()
    assert len(key) <= text.LONGEST_KEY
    assert key == text.sort_key(unicodedata.normalize("NFD", anything))
    assert text.natural_key(anything).isascii()


@given(words, words)
def test_sorting_the_key_as_text_is_sorting_letters_then_tones(one: str, other: str):
    """The key must survive being compared as bytes by a database."""
    assert (_letters_then_tones(one) < _letters_then_tones(other)) <= (
        text.sort_key(one) < text.sort_key(other)
    )


def _letters_then_tones(word: str) -> tuple[list[int], list[int]]:
    alphabet = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    tones = "\u0300\u0309\u0303\u0301\u0323"
    letters, marks = [], []
    for char in unicodedata.normalize("NFC", word.lower()):
        apart = unicodedata.normalize("NFD", char)
        tone = next((c for c in apart if c in tones), "")
        bare = unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart)
        letters.append(alphabet.index(bare))
        marks += [tones.index(tone)] if tone else []
    return letters, marks


def test_house_numbers_are_listed_as_a_walker_meets_them():
    houses = [
        "2 Lê Lợi",
        "12 Lê Lợi",
        "12A Lê Lợi",
        "12/2 Lê Lợi",
        "12/2/3 Lê Lợi",
        "12/10 Lê Lợi",
        "100 An Bình",
        "Hẻm 45, ấp Đồng Sơn",
    ]
    assert in_order(houses, text.natural_key)


def test_neighbourhood_ten_comes_after_two():
    assert text.natural_key("Khu phố 2") < text.natural_key("Khu phố 10")


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_numbers_of_any_length_keep_their_order(one: int, other: int):
    assert (one < other) == (text.natural_key(f"{one} x") < text.natural_key(f"{other} x"))


@given(st.text())
def test_cleaned_text_holds_nothing_unseen_and_is_stable(anything: str):
    cleaned = text.clean(anything)
    assert text.clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in cleaned)


def test_direction_overrides_and_hidden_blanks_are_removed():
    assert text.clean(" Trần\u202e Thị\u00a0\u200bBé\x00 ") == "Trần Thị Bé"


def test_several_lines_stay_several_lines():
    assert text.clean_lines("  a\t b\r\n\r\n\r\n\nc ") == "a b\n\nc"


@pytest.mark.parametrize(
    ("note", "secret"),
    [
        ("CCCD 087084000999", text.Secret.PERSONAL_ID),
        ("so can cuoc: 087 084 000 999", text.Secret.PERSONAL_ID),
        ("cmnd 281234567", text.Secret.PERSONAL_ID),
        ("STK 19012345678901 Techcombank", text.Secret.ACCOUNT),
        ("thẻ 9704 3600 1234 5678", text.Secret.ACCOUNT),
        ("Mã OTP là 123456", text.Secret.ONE_TIME_CODE),
        ("123-456 là mã xác thực", text.Secret.ONE_TIME_CODE),
        ("mật khẩu VNeID: Hoa1980", text.Secret.PASSWORD),
        ("０８７０８４０００９９９", text.Secret.PERSONAL_ID),
    ],
)
def test_a_note_that_holds_a_secret_is_recognised(note: str, secret: text.Secret):
    assert text.looks_secret(note) is secret
    assert text.looks_secret(unicodedata.normalize("NFD", note)) is secret


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Gọi con gái 0912345678 hoặc 0981 234 567 trước khi đến",
        "hotline 19000368, văn phòng +842743822922",
        "Hẹn lại 12/05/2026 lúc 8h30, nhà 12/10 hẻm 45",
        "Đã dặn bà không đọc mã OTP cho ai",
        "Phí 150.000 đ, lương hưu 1.200.000 350.000",
        "Mật khẩu bà quên, hẹn chiều lên phường",
        "Máy cũ pin 4000, thay pin giá 200000",
    ],
)
def test_an_ordinary_note_is_not_a_secret(note: str):
    assert text.looks_secret(note) is None


def test_hostile_strings_pass_every_function_without_an_error(data: Path):
    for string in json.loads((data / "sheets-and-solvers/blns.json").read_text("utf-8")):
        assert text.clean(text.clean_lines(string)).isprintable()
        assert text.sort_key(string).isascii()
        text.fold(string)
        text.looks_secret(string)


def test_real_surnames_sort_as_vietnamese_dictionaries_do(data: Path):
    rows = csv.DictReader(
        (data / "vietnamese/vn_surnames_frequency.csv").read_text("utf-8-sig").splitlines()
    )
    surnames = [row["Romanized Name"] for row in rows]
    ordered = sorted(surnames, key=text.sort_key)
    assert ordered.index("Dương") < ordered.index("Đặng") < ordered.index("Đỗ")
    assert all(text.fold(name).isascii() for name in surnames)
