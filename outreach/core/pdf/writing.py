"""Pages drawn from the top left, in points, and the file made of them (PDF 1.7)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from outreach.core.pdf.fonts import BOLD, PLAIN, Font, composed

#: Width and height in points.
A4 = (595.28, 841.89)
_FONTS = {"F1": PLAIN, "F2": BOLD}
_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
_NAMES = {PLAIN: "F1", BOLD: "F2"}
#: Fixed numbers of the objects that everything hangs on.
_CATALOGUE, _PAGES, _OUTLINE, _INFO = 1, 2, 3, 4


class Paper:
    """A PDF being written: begin a page, draw on it, take the whole as `bytes`."""

    def __init__(self, title: str, language: str) -> None:
        self._title, self._language = title, language
        self._objects: dict[int, bytes] = {}
        self._next = _INFO + 1
        self._pages: list[int] = []
        self._outline: list[tuple[str, int]] = []
        self._drawn: list[str] = []
        self._pictures: dict[str, int] = {}
        self._links: list[int] = []
        self._used: dict[Font, dict[int, str]] = {font: {} for font in _FONTS.values()}
        self._font_numbers = {name: self._new() for name in _FONTS}

    @property
    def pages(self) -> int:
        """How many pages are begun."""
        return len(self._pages) + bool(self._drawn)

    def page(self, bookmark: str = "") -> None:
        """Begin a page; with a bookmark it is found in the reader's list."""
        self._finish()
        self._drawn.append("0 g 0 G")
        if bookmark:
            self._outline.append((composed(bookmark), len(self._pages)))

    def text(
        self, x: float, y: float, text: str, *, size: float = 9, font: Font = PLAIN, grey: float = 0
    ) -> None:
        """Write one line whose foot stands at `y`."""
        text = composed(text)
        glyphs = font.glyphs(text)
        self._used[font].update(zip(glyphs, text, strict=True))
        shown = "".join(f"{glyph:04X}" for glyph in glyphs)
        self._drawn.append(
            f"BT {grey:g} g /{_NAMES[font]} {size:g} Tf {x:.2f} {A4[1] - y:.2f} Td <{shown}> Tj ET"
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, *, width: float = 0.5) -> None:
        """Draw a straight line."""
        self._drawn.append(
            f"{width:g} w {x:.2f} {A4[1] - y:.2f} m {to_x:.2f} {A4[1] - to_y:.2f} l S"
        )

    def box(self, x: float, y: float, width: float, height: float, *, fill: float = -1) -> None:
        """Draw a frame whose upper left corner is at (x, y), or fill it with a grey from 0 to 1."""
        shape = f"{x:.2f} {A4[1] - y - height:.2f} {width:.2f} {height:.2f} re"
        self._drawn.append(f"{fill:g} g {shape} f" if fill >= 0 else f"0.7 w {shape} S")

    def squares(self, x: float, y: float, side: float, rows: Sequence[bytes]) -> None:
        """Draw a picture of black and white squares (1 is black), as a QR code is."""
        name = f"I{len(self._pictures)}"
        self._pictures[name] = self._picture(rows)
        self._drawn.append(
            f"0 g q {side:.2f} 0 0 {side:.2f} {x:.2f} {A4[1] - y - side:.2f} cm /{name} Do Q"
        )

    def link(self, x: float, y: float, width: float, height: float, url: str) -> None:
        """A place that opens an address when it is touched on a screen."""
        low, high = A4[1] - y - height, A4[1] - y
        self._links.append(
            self._add(
                b"<< /Type /Annot /Subtype /Link /Border [0 0 0] "
                + f"/Rect [{x:.2f} {low:.2f} {x + width:.2f} {high:.2f}] ".encode()
                + b"/A << /S /URI /URI "
                + _literal(url)
                + b" >> >>"
            )
        )

    def whole(self) -> bytes:
        """The file. Nothing can be drawn afterwards."""
        self._finish()
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._objects[_PAGES] = (
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode()
        )
        self._write_outline()
        for name, font in _FONTS.items():
            self._write_font(self._font_numbers[name], font)
        self._objects[_INFO] = b"<< /Title " + _text(self._title) + b" >>"
        self._objects[_CATALOGUE] = (
            f"<< /Type /Catalog /Pages {_PAGES} 0 R /Outlines {_OUTLINE} 0 R ".encode()
            + b"/ViewerPreferences << /DisplayDocTitle true >> /Lang "
            + _literal(self._language)
            + b" >>"
        )
        return _file(self._objects)

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

    def _add(self, content: bytes) -> int:
        number = self._new()
        self._objects[number] = content
        return number

    def _stream(self, content: bytes, about: str = "") -> int:
        packed = zlib.compress(content)
        return self._add(_stream(packed, about))

    def _picture(self, rows: Sequence[bytes]) -> int:
        bits = b"".join(_bits(row) for row in rows)
        return self._stream(
            bits,
            f"/Type /XObject /Subtype /Image /Width {len(rows[0])} /Height {len(rows)} "
            "/ImageMask true /BitsPerComponent 1 /Decode [1 0]",
        )

    def _finish(self) -> None:
        """Store the page that is being drawn."""
        if not self._drawn:
            return
        content = self._stream("\n".join(self._drawn).encode())
        fonts = " ".join(f"/{name} {number} 0 R" for name, number in self._font_numbers.items())
        pictures = " ".join(f"/{name} {number} 0 R" for name, number in self._pictures.items())
        links = " ".join(f"{number} 0 R" for number in self._links)
        self._pages.append(
            self._add(
                f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] "
                f"/Contents {content} 0 R /Annots [{links}] "
                f"/Resources << /Font << {fonts} >> /XObject << {pictures} >> >> >>".encode()
            )
        )
        self._drawn, self._pictures, self._links = [], {}, []

    def _write_outline(self) -> None:
        numbers = [self._new() for _ in self._outline]
        for n, (title, page) in enumerate(self._outline):
            around = f"/Prev {numbers[n - 1]} 0 R " if n else ""
            around += f"/Next {numbers[n + 1]} 0 R " if n + 1 < len(numbers) else ""
            there = f"/Parent {_OUTLINE} 0 R {around}/Dest [{self._pages[page]} 0 R /Fit]"
            self._objects[numbers[n]] = b"<< /Title " + _text(title) + f" {there} >>".encode()
        ends = f"/First {numbers[0]} 0 R /Last {numbers[-1]} 0 R " if numbers else ""
        self._objects[_OUTLINE] = f"<< /Type /Outlines {ends}/Count {len(numbers)} >>".encode()

    def _write_font(self, number: int, font: Font) -> None:
        used = sorted(self._used[font].items())
        m, name = font.measures, font.name
        file = self._add(_stream(font.packed, f"/Length1 {font.path.stat().st_size}"))
        described = self._add(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /ItalicAngle 0 /StemV 80 "
            f"/FontBBox [{m['xmin']:.0f} {m['ymin']:.0f} {m['xmax']:.0f} {m['ymax']:.0f}] "
            f"/Ascent {m['ascent']:.0f} /Descent {m['descent']:.0f} /CapHeight 729 "
            f"/FontFile2 {file} 0 R >>".encode()
        )
        widths = " ".join(f"{glyph} [{font.glyph_widths[glyph]}]" for glyph, _ in used)
        inner = self._add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {described} 0 R /DW 600 /W [{widths}] >>".encode()
        )
        unicode = self._stream(_to_unicode(used))
        self._objects[number] = (
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{inner} 0 R] /ToUnicode {unicode} 0 R >>"
        ).encode()


def _bits(row: bytes) -> bytes:
    """A row of 0 and 1 as bits, padded to whole bytes."""
    size = -(-len(row) // 8)
    return (int(row.translate(_DIGITS), 2) << (size * 8 - len(row))).to_bytes(size)


def _to_unicode(used: Sequence[tuple[int, str]]) -> bytes:
    """Which letter each glyph is, so that text can be searched and copied."""
    parts = []
    for top in range(0, len(used), 100):
        some = used[top : top + 100]
        rows = "\n".join(f"<{g:04X}> <{c.encode('utf-16-be').hex().upper()}>" for g, c in some)
        parts.append(f"{len(some)} beginbfchar\n{rows}\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "/CMapName /Letters def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "\n".join(parts)
        + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _literal(text: str) -> bytes:
    kept = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + kept.encode("ascii", "replace") + b")"


def _text(text: str) -> bytes:
    """A string in any language."""
    return b"<FEFF" + composed(text).encode("utf-16-be").hex().upper().encode() + b">"


def _stream(packed: bytes, about: str) -> bytes:
    head = f"<< /Length {len(packed)} /Filter /FlateDecode {about} >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _file(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number in sorted(objects):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root {_CATALOGUE} 0 R /Info {_INFO} 0 R >>\n"
        f"startxref\n{start}\n%%EOF\n"
    ).encode()
    return bytes(out)
