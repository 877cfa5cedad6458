"""PDFs that we write: text that can be read back, lines that fit, whole files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.pdf import BOLD, PLAIN, Font, Paper
from tests import pdfs

pytestmark = pytest.mark.once

#: Every letter of Vietnamese, with all its tones.
VIETNAMESE = "".join(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
letters = st.text(
    st.sampled_from(VIETNAMESE + "đĐbcdghklmnpqrstvxBCDGHKLMNPQRSTVX0123456789 ,.;:()·–×/"),
    min_size=1,
    max_size=60,
)


def one_page(text: str, font: Font = PLAIN) -> pdfs.Leaf:
    paper = Paper("Thử", "vi")
    paper.page()
    paper.text(30, 30, text, font=font)
    (leaf,) = pdfs.read(paper.whole())
    return leaf


@pytest.mark.parametrize("font", [PLAIN, BOLD])
def test_the_fonts_have_every_vietnamese_letter(font: Font) -> None:
    assert 0 not in font.glyphs(VIETNAMESE + "đĐ–·×“”…₫©")
    assert one_page(VIETNAMESE, font).text == VIETNAMESE


@given(letters)
def test_what_is_written_can_be_read_back(text: str) -> None:
    assert one_page(text).text == text


def test_accents_in_pieces_are_joined() -> None:
    assert one_page(unicodedata.normalize("NFD", "Nguyễn Thị Hường")).text == "Nguyễn Thị Hường"


def test_a_letter_the_font_lacks_is_shown_as_a_box_and_breaks_nothing() -> None:
    assert PLAIN.glyphs("你") == [0]
    assert len(one_page("Lê 你").text) == 4


@given(letters, st.floats(30, 300), st.sampled_from([PLAIN, BOLD]))
def test_broken_lines_fit_and_lose_nothing(text: str, room: float, font: Font) -> None:
    lines = font.lines(text, 9, room)
    assert all(font.width(line, 9) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_pages_bookmarks_and_links_are_where_they_belong() -> None:
    paper = Paper("Hai (tờ)", "vi")
    for n in range(3):
        paper.page(f"Tờ {n}" if n != 1 else "")
        paper.text(30, 30, f"trang {n}")
        paper.link(30, 40, 50, 50, f"https://ward.example/(x)/{n}")
    made = paper.whole()
    assert [leaf.text for leaf in pdfs.read(made)] == ["trang 0", "trang 1", "trang 2"]
    assert made.count(b"/Dest [") == 2
    assert made.count(b"/Subtype /Link") == 3
    assert b"/URI (https://ward.example/\\(x\\)/2)" in made


@given(st.lists(st.binary(min_size=9, max_size=9), min_size=1, max_size=12))
def test_squares_are_kept_bit_by_bit(rows: list[bytes]) -> None:
    from outreach.core.pdf.writing import _bits

    for row in rows:
        dark = bytes(b & 1 for b in row)
        bits = _bits(dark)
        assert len(bits) == 2
        assert [bits[n // 8] >> (7 - n % 8) & 1 for n in range(9)] == list(dark)
