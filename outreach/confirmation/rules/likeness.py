"""How alike two folded texts are: names as people write them, addresses as they are told."""

from __future__ import annotations

import enum
import re
from functools import lru_cache


class Likeness(enum.IntEnum):
    """From least to most."""

    DIFFERENT = 0
    #: Part of it: a middle name left out, one word misspelt.
    PARTLY = 1
    #: The same but for a slip of the pen.
    NEARLY = 2
    SAME = 3


def jaro_winkler(one: str, other: str) -> float:
    """0…1; Winkler 1990: what begins alike is more alike. No library we have offers it."""
    if one == other:
        return 1.0
    reach = max(len(one), len(other)) // 2 - 1
    taken = [False] * len(other)
    common = []
    for place, letter in enumerate(one):
        for there in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[there] and other[there] == letter:
                taken[there] = True
                common.append(letter)
                break
    if not common:
        return 0.0
    theirs = (letter for letter, is_taken in zip(other, taken, strict=True) if is_taken)
    swapped = sum(a != b for a, b in zip(common, theirs, strict=True)) / 2
    n = len(common)
    jaro = (n / len(one) + n / len(other) + (n - swapped) / n) / 3
    prefix = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 4)
    return jaro + min(prefix, 4) * 0.1 * (1 - jaro)


_NEARLY, _WORD = 0.93, 0.88


@lru_cache(maxsize=100_000)
def names(one: str, other: str) -> Likeness:
    """Two folded full names, in whatever order their words stand."""
    if one == other:
        return Likeness.SAME
    mine, theirs = one.split(), other.split()
    if sorted(mine) == sorted(theirs):
        return Likeness.NEARLY
    alike = _paired(mine, theirs)
    fewer, more = sorted((len(mine), len(theirs)))
    if alike == more or _slipped(one, other):
        return Likeness.NEARLY
    # a name with one word left out; of two words, one is not enough to be called alike
    return (
        Likeness.PARTLY
        if fewer and alike == fewer and more - fewer <= 1
        else _last_hope(mine, theirs, alike)
    )


def _last_hope(mine: list[str], theirs: list[str], alike: int) -> Likeness:
    """All words but one are alike, and whoever has the fewest words has at least two."""
    enough = min(len(mine), len(theirs)) >= 2 and alike >= max(len(mine), len(theirs)) - 1
    return Likeness.PARTLY if enough else Likeness.DIFFERENT


def _slipped(one: str, other: str) -> bool:
    """One letter more or less, or two that changed places, anywhere in the name."""
    return abs(len(one) - len(other)) <= 1 and jaro_winkler(one, other) >= _NEARLY


def _paired(mine: list[str], theirs: list[str]) -> int:
    """How many words have one like them on the other side, each used once."""
    left = list(theirs)
    found = 0
    for word in mine:
        best = word if word in left else next((o for o in left if _alike(word, o)), None)
        if best is not None:
            left.remove(best)
            found += 1
    return found


@lru_cache(maxsize=200_000)
def _alike(word: str, other: str) -> bool:
    """Vietnamese names are made of few words: most pairs were looked at before."""
    return jaro_winkler(word, other) >= _WORD


_FIRST_NUMBER = re.compile(r"\d[\w/]*")
_WORDS = re.compile(r"[^\W\d]+")
#: Words of addresses that tell nothing apart.
_COMMON = frozenset(
    ("so", "nha", "duong", "hem", "ngo", "ngach", "kiet", "to", "khu", "pho", "ap", "thon",
     "phuong", "xa", "tinh", "thanh", "street", "road", "avenue", "place", "close", "court",
     "crescent", "circuit", "drive")
)  # fmt: skip


@lru_cache(maxsize=100_000)
def _parts(address: str) -> tuple[str, frozenset[str]]:
    number = _FIRST_NUMBER.search(address)
    words = frozenset(_WORDS.findall(address)) - _COMMON
    return (number[0] if number else ""), words


def door(address: str) -> tuple[str, str]:
    """The house's number and how its street begins, to look for it under."""
    number, _words = _parts(address)
    street = next((w for w in _WORDS.findall(address) if w not in _COMMON), "")
    return number, street[:4]


@lru_cache(maxsize=100_000)
def addresses(one: str, other: str) -> Likeness:
    """Two folded addresses: the number of the house, and how many words of the street they share.

    PARTLY is the same street without the same number, or the number with half of the street.
    """
    if one == other:
        return Likeness.SAME
    (number, street), (other_number, other_street) = _parts(one), _parts(other)
    shared = len(street & other_street) / max(1, min(len(street), len(other_street)))
    same_number = bool(number) and number == other_number
    if same_number and shared > 0.6:
        return Likeness.NEARLY
    if shared > 0.9 or (same_number and shared > 0.3):
        return Likeness.PARTLY
    return Likeness.DIFFERENT
