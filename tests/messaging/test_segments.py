"""What a text costs to send: published cases, and properties that must always hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.messaging.segments import (
    BASIC,
    EXTENSION,
    ROOM,
    Encoding,
    Measure,
    measure,
    split,
    unaccented,
)

LONG = (
    "UBND phường Dĩ An: Tổ công nghệ số khu phố Đông Tác hẹn đến nhà Ông/Bà Nguyễn Văn A lúc 8 giờ "
    "thứ Bảy 15/11/2025 để hỗ trợ kích hoạt VNeID mức 2. Tổ không hỏi mã OTP, mật khẩu. "
    "Hỏi lại: 0274 3xxx xxx"
)
SHORT = "UBND phường Dĩ An: Nhắc lịch hẹn 8h thứ Bảy 15/11. Không cung cấp mã OTP cho bất kỳ ai."
VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)

gsm = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=700)
anything = st.text(
    st.one_of(
        st.sampled_from(sorted(BASIC | EXTENSION)),
        st.sampled_from(VIETNAMESE + VIETNAMESE.upper()),
        st.sampled_from("😀👵🏼🇻🇳…–“”€\u0301\u0323"),
        st.characters(codec="utf-8"),
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        (LONG, Encoding.UCS2, 199, 3),
        (unaccented(LONG), Encoding.GSM7, 199, 2),
        (SHORT, Encoding.UCS2, 87, 2),
        (unaccented(SHORT), Encoding.GSM7, 87, 1),
        ("", Encoding.GSM7, 0, 0),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("ư" * 70, Encoding.UCS2, 70, 1),
        ("ư" * 71, Encoding.UCS2, 71, 2),
        ("ư" * 134, Encoding.UCS2, 134, 2),
        ("ư" * 135, Encoding.UCS2, 135, 3),
        ("à è é ì ò ù É", Encoding.GSM7, 13, 1),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("\x1b", Encoding.UCS2, 1, 1),
    ],
)
def test_texts_cost_what_the_standard_says(
    text: str, encoding: Encoding, units: int, segments: int
) -> None:
    counted = measure(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_decomposed_text_is_counted_as_it_is_sent() -> None:
    decomposed = unicodedata.normalize("NFD", LONG)
    assert len(decomposed) == 250, "sent so, it would be a fourth segment"
    assert measure(decomposed) == measure(LONG)


def test_an_extension_character_is_not_torn_apart_at_the_end_of_a_segment() -> None:
    text = "a" * 152 + "€" + "a" * 152
    assert measure(text).units == 306, "two full segments by arithmetic alone"
    assert [len(part) for part in split(text)] == [152, 152, 1]
    assert measure(text).segments == 3


def test_an_emoji_is_not_torn_apart_at_the_end_of_a_segment() -> None:
    text = "ư" * 66 + "😀" + "ư" * 66
    assert split(text) == ["ư" * 66, "😀" + "ư" * 65, "ư"]


@given(anything)
def test_segments_joined_are_the_text(text: str) -> None:
    assert "".join(split(text)) == unicodedata.normalize("NFC", text)


@given(anything)
def test_every_segment_fits_and_none_could_take_the_next_character(text: str) -> None:
    counted, parts = measure(text), split(text)
    assert len(parts) == counted.segments
    room = ROOM[counted.encoding][0 if counted.segments <= 1 else 1]
    sizes = [_units(part, counted.encoding) for part in parts]
    assert sum(sizes) == counted.units
    assert all(0 < size <= room for size in sizes)
    for size, following in zip(sizes, parts[1:], strict=False):
        assert size + _units(following[0], counted.encoding) > room
    if parts:
        assert counted.left == room - sizes[-1]


@given(anything)
def test_how_letters_are_composed_never_changes_the_price(text: str) -> None:
    assert measure(unicodedata.normalize("NFD", text)) == measure(text)


@given(gsm)
def test_the_alphabet_alone_decides_the_encoding(text: str) -> None:
    assert measure(text).encoding is Encoding.GSM7
    assert measure(text + "ạ").encoding is Encoding.UCS2


@given(anything)
def test_units_are_those_of_utf_16_when_the_alphabet_is_left(text: str) -> None:
    counted = measure(text)
    if counted.encoding is Encoding.UCS2:
        composed = unicodedata.normalize("NFC", text)
        assert counted.units == len(composed.encode("utf-16-be")) // 2


@given(st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + " ,.:/0123456789"), max_size=160))
def test_vietnamese_without_accents_always_fits_the_cheap_alphabet(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    plain = unaccented(text)
    assert plain.isascii()
    assert len(plain) == len(composed)
    assert unaccented(plain) == plain
    assert measure(plain).segments <= 1


def test_word_processor_signs_become_typed_ones() -> None:
    assert unaccented("“Đặng” – hẹn…") == '"Dang" - hen...'


def test_an_empty_text_leaves_a_whole_segment() -> None:
    assert measure("") == Measure(Encoding.GSM7, 0, 0, 160)


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS2:
        return len(text.encode("utf-16-be")) // 2
    return sum(2 if c in EXTENSION else 1 for c in text)
