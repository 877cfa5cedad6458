"""Who on a list is who: sure only where nobody else could be meant."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.confirmation.rules import likeness
from outreach.confirmation.rules.likeness import Likeness
from outreach.confirmation.rules.linkage import Entry, Found, Line, spelling
from outreach.confirmation.rules.register import matched
from outreach.core import text
from tests.confirmation import febrl

pytestmark = pytest.mark.once


def entry(name: str, year: int | None = 1960, **more: str) -> Entry:
    folded = {key: text.fold(value) for key, value in more.items()}
    spelled = spelling(text.sort_key(name), name)
    return Entry(uuid.uuid4(), uuid.uuid4(), text.fold(name), spelled, year, **folded)  # type: ignore[arg-type]


def line(row: int, name: str, year: int | None = 1960, **more: str) -> Line:
    folded = {key: text.fold(value) for key, value in more.items()}
    spelled = spelling(text.sort_key(name), name)
    return Line(row, text.fold(name), spelled, year, **folded)  # type: ignore[arg-type]


#: Nobody in particular: a register is more than the few that a test is about.
CROWD = [
    entry(f"Nguyễn Văn {chr(65 + n % 26)}{chr(97 + n % 25)}n", 1930 + n % 70) for n in range(900)
]


def found(lines: list[Line], *entries: Entry) -> list[tuple[Found, uuid.UUID | None]]:
    matches = matched(lines, lambda: [*CROWD, *entries])
    return [(one.found, one.best.entry.resident_id if one.best else None) for one in matches]


def test_a_rare_name_with_its_year_is_sure_and_a_namesake_makes_both_doubtful() -> None:
    lan, other = entry("Đặng Thị Lan"), entry("Đặng Thị Lan")
    assert found([line(2, "DANG THI LAN")], lan) == [(Found.SURE, lan.resident_id)]
    [(how, _who)] = found([line(2, "Đặng Thị Lan")], lan, other)
    assert how is Found.DOUBTFUL


def test_an_address_tells_namesakes_apart() -> None:
    here = entry("Đặng Thị Lan", address="12/3 hẻm 45 Nguyễn Trãi")
    there = entry("Đặng Thị Lan", address="7 Lê Lợi")
    asked = line(2, "Đặng Thị Lan", address="số 12/3 Nguyễn Trãi")
    assert found([asked], here, there) == [(Found.SURE, here.resident_id)]


def test_names_that_differ_in_their_accents_are_two_people() -> None:
    hung = entry("Đặng Văn Hùng", address="7 Lê Lợi")
    [(how, who)] = found([line(2, "Đặng Văn Hưng", address="7 Lê Lợi")], hung)
    assert (how, who) == (Found.DOUBTFUL, hung.resident_id)
    [(how, _who)] = found([line(2, "Dang Van Hung", address="7 Le Loi")], hung)
    assert how is Found.SURE


def test_two_lines_that_claim_one_resident_are_both_doubtful() -> None:
    lan = entry("Đặng Thị Lan")
    lines = [line(2, "Đặng Thị Lan"), line(3, "Đặng Thị Lan", 1960, address="7 Lê Lợi")]
    assert {how for how, _who in found(lines, lan)} == {Found.DOUBTFUL}
    twice = [line(2, "Đặng Thị Lan"), line(3, "Đặng Thị Lan")]
    assert {how for how, _who in found(twice, lan)} == {Found.SURE}


def test_somebody_who_is_not_registered_is_nobody() -> None:
    assert found([line(2, "Tôn Nữ Diệu Huyền", 1951)]) == [(Found.NOBODY, None)]


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("tran thi thuy", "thuy tran thi", Likeness.NEARLY),
        ("tran thi thuy", "tran thi thuyy", Likeness.NEARLY),
        ("tran thi thuy", "tran thuy", Likeness.PARTLY),
        ("tran thi thuy", "le van dung", Likeness.DIFFERENT),
        ("an", "binh", Likeness.DIFFERENT),
    ],
)
def test_how_alike_names_are(one: str, other: str, least: Likeness) -> None:
    assert likeness.names(one, other) is least
    assert likeness.names(other, one) is least


WORDS = st.text(alphabet="abcdeghiklmnopqrstuvxy ", max_size=30).map(text.fold)


@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_within_bounds(one: str, other: str) -> None:
    assert 0 <= likeness.jaro_winkler(one, other) <= 1
    assert (likeness.jaro_winkler(one, other) == 1) is (one == other)
    assert likeness.addresses(one, other) == likeness.addresses(other, one)


def test_known_values_of_jaro_winkler() -> None:
    """From Winkler's own table of examples."""
    assert round(likeness.jaro_winkler("martha", "marhta"), 3) == 0.961
    assert round(likeness.jaro_winkler("dwayne", "duane"), 3) == 0.840
    assert round(likeness.jaro_winkler("dixon", "dicksonx"), 3) == 0.813


@pytest.mark.parametrize("absent", [0, 250])
def test_damaged_copies_of_real_records_are_found_and_nobody_wrong(data: Path, absent: int) -> None:
    quality = febrl.linked(data / "households" / "febrl_dataset1.csv", absent=absent)
    print(f"precision {quality.precision:.3f}, recall {quality.recall:.3f}")  # noqa: T201
    assert quality.precision >= 0.99
    assert quality.recall >= 0.70
    assert quality.recall_with_choice >= 0.95
