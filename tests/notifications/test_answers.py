"""What a reply is taken for, and that nothing is guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.text import unaccent
from outreach.notifications.models import Meaning
from outreach.notifications.rules.answers import understand

TABLE = {
    Meaning.CONFIRM: "1|１| 1. |Dạ đồng ý ạ|Đồng ý|dong y nhe|OK em|vâng ạ|vang a|Dạ|"
    "dạ vâng|ok cảm ơn|có|được ạ|1 ạ|yes|Y|xác nhận|DIAN 1|dian  đồng ý",
    Meaning.MOVE: "2|doi|đổi giờ nhé|Đổi giờ giúp em|xin đổi|hẹn lại|RESCHEDULE|DIAN 2",
    Meaning.STOP: "0|STOP|stop!|từ chối|tu choi|Hủy|huỷ|HUY|TC|ngừng nhắn tin|dừng|"
    "Unsubscribe|đừng gửi nữa",
    Meaning.HELP: "help|?|trợ giúp|ai vậy|who is this",
    Meaning.CHOICE: "A|a|B.|(c)|b nhé",
    Meaning.UNCLEAR: "|Dạ?|Đợi|dung|ạ|B ạ|em chọn B|A B|D|không|khong dong y|1 2|12|"
    "không đồng ý ạ|👍|không, cảm ơn|cảm ơn|cô|à|hôm khác|tôi bận|STOP calling me|10h|bao giờ đến",
}
CASES = [(text, meaning) for meaning, texts in TABLE.items() for text in texts.split("|")]


@pytest.mark.parametrize(("text", "meaning"), CASES)
def test_what_a_reply_is_taken_for(text: str, meaning: Meaning) -> None:
    assert understand(text, keyword="DIAN").meaning is meaning
    assert understand(unicodedata.normalize("NFD", text), keyword="DIAN").meaning is meaning


def test_a_letter_chooses_its_window() -> None:
    assert [understand(letter).choice for letter in "ABC"] == [0, 1, 2]


def test_a_word_with_other_accents_is_another_word() -> None:
    assert understand("đổi").meaning is Meaning.MOVE
    assert understand("doi").meaning is Meaning.MOVE
    assert understand("đợi").meaning is Meaning.UNCLEAR


@given(st.text(max_size=60))
def test_any_reply_is_read_without_a_fall(text: str) -> None:
    answer = understand(text)
    assert (answer.choice is not None) is (answer.meaning is Meaning.CHOICE)


KNOWN = {unaccent(text).casefold() for text, meaning in CASES if meaning is not Meaning.UNCLEAR}


@given(
    st.sampled_from(["1", "2", "0", "đồng ý", "stop", "đổi giờ", "A"]),
    st.sampled_from(["không", "chưa", "đừng", "mai", "not", "thôi", "nhà số 5"]),
    st.booleans(),
)
def test_a_denial_or_anything_more_beside_it_is_never_taken_for_it(
    said: str, more: str, before: bool
) -> None:
    text = f"{more} {said}" if before else f"{said} {more}"
    assert understand(text).meaning is Meaning.UNCLEAR


@given(st.sampled_from(CASES), st.sampled_from(["", " ", "  ", "\n", ".", "!"]), st.booleans())
def test_case_spaces_and_stops_change_nothing(
    case: tuple[str, Meaning], noise: str, shout: bool
) -> None:
    text, meaning = case
    text = f"{noise}{text.upper() if shout else text}{noise}"
    if "?" not in text and text.strip("\n .!"):
        assert understand(text, keyword="DIAN").meaning is meaning
