"""Paper as PDF: pages with text, lines, boxes and QR codes, in fonts that speak Vietnamese.

Only this file knows ReportLab. Places are in points from the top left; text can be searched.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from functools import lru_cache, partial
from pathlib import Path

#: Width and height in points.
A4 = (595.28, 841.89)
#: The fonts, by the names of their files; a PDF carries only the letters it uses.
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_FOLDER = Path(__file__).resolve().parents[2] / "static/vendor/dejavu"
_WHITE_AND_BLACK = bytes.maketrans(b"\x00\x01", b"\xff\x00")
#: Letters with their accents as one character each, as the fonts have them.
_composed = partial(unicodedata.normalize, "NFC")
#: Whoever cuts letters out of a font moves the one mark that shows where its file is being read.
_reading = threading.Lock()


def width(text: str, size: float, font: str = PLAIN) -> float:
    """How wide a text is."""
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.stringWidth(_composed(text), _ready(font), size))


@lru_cache(maxsize=4096)
def lines(text: str, size: float, room: float, font: str = PLAIN) -> tuple[str, ...]:
    """A text broken between words into lines that fit; a word that is too long is cut."""
    from reportlab.lib.utils import simpleSplit

    words = [piece for word in text.split() for piece in _pieces(word, size, room, font)]
    return tuple(simpleSplit(" ".join(words), _ready(font), size, room))


def _pieces(word: str, size: float, room: float, font: str) -> list[str]:
    pieces, word = [""], _composed(word)
    if width(word, size, font) <= room:
        return [word]
    for character in word:
        if pieces[-1] and width(pieces[-1] + character, size, font) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


@lru_cache
def _ready(font: str) -> str:
    """The font, which is read when it is first used."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    with _reading:
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(font, _FOLDER / f"{font}.ttf"))
    return font


class Paper:
    """A PDF being written: begin a page, draw on it, take the whole as `bytes`."""

    def __init__(self, title: str, language: str) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # bytes as they are: written as letters they take a quarter more
        self._file, self._pages = io.BytesIO(), 0
        self._canvas = Canvas(self._file, A4, lang=language, initialFontName=_ready(PLAIN))
        self._canvas.setTitle(_composed(title))
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def page(self, bookmark: str = "") -> None:
        """Begin a page; with a bookmark it is found in the reader's list."""
        if self._pages:
            self._canvas.showPage()
        self._pages += 1
        if bookmark:
            self._canvas.bookmarkPage(str(self._pages))
            self._canvas.addOutlineEntry(_composed(bookmark), str(self._pages))

    def text(
        self, x: float, y: float, text: str, *, size: float = 9, font: str = PLAIN, grey: float = 0
    ) -> None:
        """Write one line whose foot stands at `y`."""
        self._canvas.setFont(_ready(font), size)
        self._canvas.setFillGray(grey)
        self._canvas.drawString(x, A4[1] - y, _composed(text))

    def line(self, x: float, y: float, to_x: float, to_y: float, *, width: float = 0.5) -> None:
        """Draw a straight line."""
        self._canvas.setLineWidth(width)
        self._canvas.line(x, A4[1] - y, to_x, A4[1] - to_y)

    def box(self, x: float, y: float, width: float, height: float, *, fill: float = -1) -> None:
        """Draw a frame whose upper left corner is at (x, y), or fill it with a grey from 0 to 1."""
        self._canvas.setLineWidth(0.7)
        self._canvas.setFillGray(max(fill, 0))
        self._canvas.rect(x, A4[1] - y - height, width, height, stroke=fill < 0, fill=fill >= 0)

    def squares(self, x: float, y: float, side: float, rows: tuple[bytes, ...], url: str) -> None:
        """Draw black (1) and white squares, as a QR code is; touched, they open an address."""
        from reportlab.lib.utils import ImageReader

        head, low = f"P5 {len(rows[0])} {len(rows)} 255\n".encode(), A4[1] - y - side
        picture = ImageReader(io.BytesIO(head + b"".join(rows).translate(_WHITE_AND_BLACK)))
        self._canvas.drawImage(picture, x, low, side, side)
        self._canvas.linkURL(url, (x, low, x + side, low + side))

    def whole(self) -> bytes:
        """The file. Nothing can be drawn afterwards; where nothing was, its one page is blank."""
        if not self._pages:
            self._canvas.showPage()
        with _reading:
            self._canvas.save()
        return self._file.getvalue()
