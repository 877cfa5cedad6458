"""The two fonts of our sheets: how wide a text is, where it breaks, and how it is embedded."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "static/vendor/dejavu"
#: What stands for letters that the font lacks.
_MISSING = 0


class Font:
    """A TrueType font, read when it is first used."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = FOLDER / f"{name}.ttf"

    @cached_property
    def _tables(self) -> tuple[Mapping[int, int], list[int], dict[str, float]]:
        """(glyph of each character, width of each glyph, measures), in thousandths of the size."""
        from fontTools.ttLib import TTFont

        with TTFont(self.path) as font:
            scale = 1000 / font["head"].unitsPerEm
            order = {name: number for number, name in enumerate(font.getGlyphOrder())}
            glyphs = {code: order[name] for code, name in font.getBestCmap().items()}
            widths = [0] * len(order)
            for name, (advance, _bearing) in font["hmtx"].metrics.items():
                widths[order[name]] = round(advance * scale)
            head, hhea = font["head"], font["hhea"]
            measures = {
                "ascent": hhea.ascent * scale,
                "descent": hhea.descent * scale,
                "xmin": head.xMin * scale,
                "ymin": head.yMin * scale,
                "xmax": head.xMax * scale,
                "ymax": head.yMax * scale,
            }
        return glyphs, widths, measures

    @property
    def measures(self) -> Mapping[str, float]:
        """Ascent, descent and box, in thousandths of the size."""
        return self._tables[2]

    @property
    def glyph_widths(self) -> list[int]:
        """Width of each glyph, in thousandths of the size."""
        return self._tables[1]

    @cached_property
    def packed(self) -> bytes:
        """The file, compressed."""
        return zlib.compress(self.path.read_bytes(), 9)

    def glyphs(self, text: str) -> list[int]:
        """The glyph of each character."""
        known = self._tables[0]
        return [known.get(ord(character), _MISSING) for character in text]

    def width(self, text: str, size: float) -> float:
        """How wide a text is."""
        widths = self.glyph_widths
        return sum(widths[glyph] for glyph in self.glyphs(text)) * size / 1000

    def lines(self, text: str, size: float, room: float) -> list[str]:
        """A text broken between words into lines that fit; a word that is too long is cut."""
        return _broken(self, composed(text), size, room)


@lru_cache(maxsize=4096)
def _broken(font: Font, text: str, size: float, room: float) -> list[str]:
    found, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.width(longer, size) <= room:
            line = longer
            continue
        if line:
            found.append(line)
        *whole, line = _pieces(font, word, size, room)
        found += whole
    return [*found, line] if line else found


def _pieces(font: Font, word: str, size: float, room: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and font.width(pieces[-1] + character, size) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


def composed(text: str) -> str:
    """Letters with their accents as one character each, as the fonts have them."""
    return unicodedata.normalize("NFC", text)


PLAIN = Font("DejaVuSansCondensed")
BOLD = Font("DejaVuSansCondensed-Bold")
