"""Reads the PDFs we write: their pages' text through the letters they name, and their pictures."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import zxingcpp
from PIL import Image

#: One line that is written: where it stands, then letters of one part of a font after another.
_WRITTEN = re.compile(
    rb"BT 1 0 0 1 \S+ (\S+) Tm ((?:/\S+ \S+ Tf \S+ TL |\((?:[^\\()]|\\.)*\) Tj )+)T\* ET", re.DOTALL
)
_PART = re.compile(rb"/(\S+) \S+ Tf \S+ TL \(((?:[^\\()]|\\.)*)\) Tj ", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_PLAINLY = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: its lines in the order they were written, what its QR codes say, its links."""

    lines: list[str]
    #: How far above the page's lower edge each line stands.
    feet: list[float]
    codes: list[str]
    links: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read(pdf: bytes) -> list[Leaf]:
    """The pages of a PDF. Every object must be where the file's table says it is."""
    objects = _objects(pdf)
    return [_leaf(objects, objects[number]) for number in _kids(objects, pdf)]


def bookmarks(pdf: bytes) -> list[tuple[str, int]]:
    """The reader's list of contents: a title and the number of its page, from 0."""
    objects, found = _objects(pdf), []
    pages = _kids(objects, pdf)
    outline = objects[_number(_root(objects, pdf), rb"/Outlines")]
    following = re.search(rb"/First (\d+) 0 R", outline)
    while following:
        entry = objects[int(following[1])]
        title = re.search(rb"/Title \(((?:[^\\()]|\\.)*)\)", entry, re.DOTALL)
        page = re.search(rb"/Dest \[ (\d+) 0 R", entry)
        assert title
        assert page
        found.append((_said(title[1]), pages.index(int(page[1]))))
        following = re.search(rb"/Next (\d+) 0 R", entry)
    return found


def fonts(pdf: bytes) -> dict[str, bytes]:
    """The files of the fonts that came with it, by name."""
    objects = _objects(pdf)
    named = [one for one in objects.values() if re.search(rb"/Type /Font\b(?!D)", one)]
    described = [objects[_number(one, rb"/FontDescriptor")] for one in named]
    return {
        re.findall(rb"/FontName /\w+\+(\S+)", one)[0].decode(): _stream(
            objects[_number(one, rb"/FontFile2")]
        )
        for one in described
    }


def title(pdf: bytes) -> str:
    """What a reader's window is called."""
    found = re.findall(rb"/Title \(((?:[^\\()]|\\.)*)\) /Trapped", pdf, re.DOTALL)
    return _said(found[0])


def _root(objects: dict[int, bytes], pdf: bytes) -> bytes:
    return objects[_number(pdf[pdf.rindex(b"trailer") :], rb"/Root")]


def _kids(objects: dict[int, bytes], pdf: bytes) -> list[int]:
    kids = re.search(rb"/Kids \[([^\]]*)\]", objects[_number(_root(objects, pdf), rb"/Pages")])
    assert kids
    return [int(n) for n in re.findall(rb"(\d+) 0 R", kids[1])]


def _objects(pdf: bytes) -> dict[int, bytes]:
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    head = re.match(rb"xref\s+0 (\d+)\s+", pdf[start:])
    assert head
    found = {}
    for number in range(1, int(head[1])):
        line = start + head.end() + 20 * number
        at = int(pdf[line : line + 10])
        named = re.match(rb"(\d+) 0 obj\s", pdf[at : at + 20])
        assert named
        assert int(named[1]) == number
        found[number] = pdf[at + named.end() : pdf.index(b"\nendobj", at)]
    return found


def _stream(content: bytes) -> bytes:
    length = re.search(rb"/Length (\d+)", content)
    begins = re.search(rb"stream\r?\n", content)
    assert length
    assert begins
    return zlib.decompress(content[begins.end() : begins.end() + int(length[1])])


def _leaf(objects: dict[int, bytes], page: bytes) -> Leaf:
    named = dict(_named(objects[_number(page, rb"/Font")]))
    letters = {name: _letters(objects, number) for name, number in named.items()}
    drawn = _stream(objects[_number(page, rb"/Contents")])
    written = _WRITTEN.findall(drawn)
    assert len(written) == len(re.findall(rb"^BT ", drawn, re.MULTILINE))
    lines = [
        "".join(
            letters[font][glyph] for font, shown in _PART.findall(parts) for glyph in _raw(shown)
        )
        for _foot, parts in written
    ]
    pictures = dict(_named(page))
    codes = [_code(objects[pictures[name]]) for name in re.findall(rb"/(\S+) Do", drawn)]
    annotations = re.search(rb"/Annots \[([^\]]*)\]", page)
    links = re.findall(rb"(\d+) 0 R", annotations[1]) if annotations else []
    return Leaf(
        lines,
        [float(foot) for foot, _parts in written],
        codes,
        [_address(objects[int(number)]) for number in links],
    )


def _named(content: bytes) -> list[tuple[bytes, int]]:
    return [(found, int(n)) for found, n in re.findall(rb"/([\w.+]+) (\d+) 0 R", content)]


def _number(content: bytes, key: bytes) -> int:
    found = re.search(key + rb" (\d+) 0 R", content)
    assert found
    return int(found[1])


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    rows = _stream(objects[_number(objects[font], rb"/ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{2})> <([0-9A-F]{4,})>", rows)
    return {int(glyph, 16): bytes.fromhex(c.decode()).decode("utf-16-be") for glyph, c in pairs}


def _raw(escaped: bytes) -> bytes:
    return _ESCAPED.sub(
        lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else _PLAINLY.get(m[1], m[1]), escaped
    )


def _said(escaped: bytes) -> str:
    raw = _raw(escaped)
    return raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def _code(content: bytes) -> str:
    width, height = (
        int(re.findall(key + rb" (\d+)", content)[0]) for key in (b"/Width", b"/Height")
    )
    picture = Image.new("L", (width + 8, height + 8), 255)
    picture.paste(Image.frombytes("L", (width, height), _stream(content)), (4, 4))
    big = picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(big)
    return str(found.text)


def _address(content: bytes) -> str:
    found = re.search(rb"/URI \(((?:[^\\()]|\\.)*)\)", content)
    assert found
    return _said(found[1])
