"""How many SMS a text really is: its alphabet, units and segments, and how to write it shorter.

A text that uses only the GSM 03.38 alphabet is sent in 7-bit units (160 in one segment, 153 in
each of several); one other letter makes the whole text UCS-2 (70, 67). Of the 134 accented
Vietnamese letters only à è é ì ò ù É are in that alphabet, which is why residents are written to
without accents.
"""

import enum
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.core.text import unaccent

#: GSM 03.38 basic table without its escape, which is no character.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: GSM 03.38 extension table: each costs two units, which a segment may not tear apart.
EXTENSION = frozenset("\f^{}\\[~]|€")

#: What word processors and phones put in for plain typing; none of these is in the alphabet.
PLAIN = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
        "\u200b": "",
        "\ufeff": "",
        "\t": " ",
    }
)


class Encoding(enum.StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


#: Units in a lone segment, and in each of several (the rest is the header that joins them).
ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text costs. `left` is how many more units fit before the next segment begins."""

    encoding: Encoding
    units: int
    segments: int
    left: int


def measure(text: str) -> Measure:
    """Count the text as it is sent: composed (NFC) first. An empty text is no segment."""
    encoding, pieces = _pieces(text)
    units = sum(pieces)
    alone, joined = ROOM[encoding]
    if not units:
        return Measure(encoding, 0, 0, alone)
    if units <= alone:
        return Measure(encoding, units, 1, alone - units)
    fills = list(_fill(pieces, joined))
    return Measure(encoding, units, len(fills), joined - fills[-1][1])


def split(text: str) -> list[str]:
    """The text as the segments a phone receives; joined they are the composed text again."""
    composed = unicodedata.normalize("NFC", text)
    encoding, pieces = _pieces(text)
    alone, joined = ROOM[encoding]
    if not composed:
        return []
    if sum(pieces) <= alone:
        return [composed]
    parts, start = [], 0
    for count, _ in _fill(pieces, joined):
        parts.append(composed[start : start + count])
        start += count
    return parts


def unaccented(text: str) -> str:
    """The same words in plain letters: accents off, đ as d, typographic signs as typed ones.

    Letters of other scripts stay as they are; `measure` then says UCS-2.
    """
    return unaccent(text.translate(PLAIN)).translate(PLAIN)


def _pieces(text: str) -> tuple[Encoding, list[int]]:
    """The alphabet, and the units each character takes in it."""
    composed = unicodedata.normalize("NFC", text)
    if all(c in BASIC or c in EXTENSION for c in composed):
        return Encoding.GSM7, [2 if c in EXTENSION else 1 for c in composed]
    return Encoding.UCS2, [2 if ord(c) > 0xFFFF else 1 for c in composed]


def _fill(pieces: list[int], room: int) -> Iterator[tuple[int, int]]:
    """Pack whole characters into segments: (characters, units) of each, in order."""
    count = used = 0
    for piece in pieces:
        if used + piece > room:
            yield count, used
            count = used = 0
        count, used = count + 1, used + piece
    yield count, used
