"""PDFs that we write: text that can be read back, lines that fit, whole files."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.pdf import BOLD, PLAIN, Paper, lines, width
from tests import pdfs

pytestmark = pytest.mark.once

#: Every letter of Vietnamese, with all its tones.
VIETNAMESE = "".join(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
letters = st.text(
    st.sampled_from(VIETNAMESE + "đĐbcdghklmnpqrstvxBCDGHKLMNPQRSTVX0123456789 ,.;:()\\·–×/"),
    min_size=1,
    max_size=60,
)


def one_page(text: str, font: str = PLAIN) -> bytes:
    paper = Paper("Thử", "vi")
    paper.page()
    paper.text(30, 30, text, font=font)
    return paper.whole()


def read_back(text: str, font: str = PLAIN) -> str:
    (leaf,) = pdfs.read(one_page(text, font))
    return leaf.text


@pytest.mark.parametrize("font", [PLAIN, BOLD])
def test_the_fonts_have_every_vietnamese_letter(font: str) -> None:
    every = VIETNAMESE + "đĐ–·×“”…₫©"
    assert read_back(every, font) == every


@pytest.mark.parametrize("font", [PLAIN, BOLD])
def test_a_file_brings_its_fonts_and_only_the_letters_it_uses(font: str) -> None:
    brought = pdfs.fonts(one_page("Nguyễn Thị Hường", font))
    assert brought.keys() == {font}
    assert all(file.startswith(b"\x00\x01\x00\x00") for file in brought.values())
    assert len(brought[font]) < 60_000


@given(letters)
def test_what_is_written_can_be_read_back(text: str) -> None:
    assert read_back(text) == text


def test_more_letters_than_one_part_of_a_font_holds_can_be_read_back() -> None:
    many = VIETNAMESE + "".join(chr(code) for code in (*range(0x21, 0x7F), *range(0x100, 0x180)))
    assert len(set(many)) > 256
    assert read_back(many) == many


def test_accents_in_pieces_are_joined() -> None:
    pieces = unicodedata.normalize("NFD", "Nguyễn Thị Hường")
    assert read_back(pieces) == "Nguyễn Thị Hường"
    assert width(pieces, 9) == width("Nguyễn Thị Hường", 9)
    assert " ".join(lines(pieces, 9, 50)) == "Nguyễn Thị Hường"


def test_a_letter_the_font_lacks_is_shown_as_a_box_and_breaks_nothing() -> None:
    assert read_back("Lê 你 An") == "Lê \0 An"


@given(letters, st.floats(30, 300), st.sampled_from([PLAIN, BOLD]))
def test_broken_lines_fit_and_lose_nothing(text: str, room: float, font: str) -> None:
    broken = lines(text, 9, room, font)
    assert all(width(line, 9, font) <= room + 1e-6 for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_pages_bookmarks_and_links_are_where_they_belong() -> None:
    paper = Paper("Hai (tờ)", "vi")
    for n in range(3):
        paper.page(f"Tờ {n} (Ẩn)" if n != 1 else "")
        paper.text(30, 30, f"trang {n}")
        code = segno.make(f"https://ward.example/({n})", micro=False)
        paper.squares(30, 40, 50, tuple(map(bytes, code.matrix)), f"https://ward.example/({n})")
    made = paper.whole()
    leaves = pdfs.read(made)
    assert [leaf.text for leaf in leaves] == ["trang 0", "trang 1", "trang 2"]
    assert pdfs.bookmarks(made) == [("Tờ 0 (Ẩn)", 0), ("Tờ 2 (Ẩn)", 2)]
    opened = [[f"https://ward.example/({n})"] for n in range(3)]
    assert [leaf.codes for leaf in leaves] == opened
    assert [leaf.links for leaf in leaves] == opened
    assert pdfs.title(made) == "Hai (tờ)"
    assert b"/Lang (vi)" in made


def test_where_nothing_is_drawn_there_is_one_blank_page() -> None:
    assert [leaf.text for leaf in pdfs.read(Paper("Trống", "vi").whole())] == [""]


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient")
def test_papers_written_at_the_same_time_are_as_if_written_alone() -> None:
    def written(n: int) -> tuple[list[str], dict[str, bytes]]:
        made = one_page(VIETNAMESE[n:])
        return [leaf.text for leaf in pdfs.read(made)], pdfs.fonts(made)

    alone = [written(n) for n in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(written, range(100))) == alone
