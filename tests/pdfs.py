"""Reads the PDFs we write: their pages' text through the letters they name, and their pictures."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import zxingcpp
from PIL import Image


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: its lines in the order they were written, what its QR codes say, its links."""

    lines: list[str]
    codes: list[str]
    links: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read(pdf: bytes) -> list[Leaf]:
    """The pages of a PDF. Every object must be where the file's table says it is."""
    objects = _objects(pdf)
    kids = re.search(rb"/Type /Pages /Kids \[([^\]]*)\]", objects[2])
    assert kids
    numbers = [int(n) for n in re.findall(rb"(\d+) 0 R", kids[1])]
    return [_leaf(objects, objects[number]) for number in numbers]


def _objects(pdf: bytes) -> dict[int, bytes]:
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    head = re.match(rb"xref\s+0 (\d+)\s+", pdf[start:])
    assert head
    found = {}
    for number in range(1, int(head[1])):
        line = start + head.end() + 20 * number
        at = int(pdf[line : line + 10])
        named = re.match(rb"(\d+) 0 obj\n", pdf[at : at + 20])
        assert named
        assert int(named[1]) == number
        found[number] = pdf[at + named.end() : pdf.index(b"\nendobj\n", at)]
    return found


def _stream(content: bytes) -> bytes:
    length = re.search(rb"/Length (\d+)", content)
    assert length
    start = content.index(b"stream\n") + 7
    return zlib.decompress(content[start : start + int(length[1])])


def _leaf(objects: dict[int, bytes], page: bytes) -> Leaf:
    letters = {name: _letters(objects, number) for name, number in _named(page, rb"F\d")}
    drawn = _stream(objects[_number(page, rb"/Contents")])
    written = re.findall(rb"/(F\d) [\d.]+ Tf [-\d.]+ [-\d.]+ Td <([0-9A-F]*)> Tj", drawn)
    lines = [
        "".join(letters[name][glyphs[n : n + 4]] for n in range(0, len(glyphs), 4))
        for name, glyphs in written
    ]
    pictures = [objects[number] for _name, number in _named(page, rb"I\d+")]
    annotations = re.search(rb"/Annots \[([^\]]*)\]", page)
    assert annotations
    links = [objects[int(n)] for n in re.findall(rb"(\d+) 0 R", annotations[1])]
    return Leaf(lines, [_code(one) for one in pictures], [_address(one) for one in links])


def _named(page: bytes, name: bytes) -> list[tuple[bytes, int]]:
    return [(found, int(n)) for found, n in re.findall(rb"/(" + name + rb") (\d+) 0 R", page)]


def _number(content: bytes, key: bytes) -> int:
    found = re.search(key + rb" (\d+) 0 R", content)
    assert found
    return int(found[1])


def _letters(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    rows = _stream(objects[_number(objects[font], rb"/ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", rows + b"\n")
    return {glyph: bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}


def _code(content: bytes) -> str:
    size = re.search(rb"/Width (\d+) /Height (\d+)", content)
    assert size
    width, height = int(size[1]), int(size[2])
    bits, line = _stream(content), -(-width // 8)
    picture = Image.new("L", (width + 8, height + 8), 255)
    for y in range(height):
        for x in range(width):
            if bits[y * line + x // 8] >> (7 - x % 8) & 1:
                picture.putpixel((x + 4, y + 4), 0)
    big = picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(big)
    return str(found.text)


def _address(content: bytes) -> str:
    found = re.search(rb"/URI \(([^)]*)\)", content)
    assert found
    return found[1].decode()
