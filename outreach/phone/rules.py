"""How much a phone may send at once, how a queue is cut into codes, homes of one building."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from outreach.core import text

T = TypeVar("T")

#: Reports in one sending: a day of two people, and some.
MOST_ITEMS = 200
#: Bytes of one form, and of a whole sending.
LARGEST_ITEM = 64 * 1024
LARGEST_BATCH = 1024 * 1024
#: A form that carries photographs or the like is not one of ours.
LONGEST_PATH = 200

_PART = re.compile(r"OUTREACH1/(\d{1,3})/(\d{1,3})/([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read of a queue shown as several codes."""

    #: The chunks in order, when all are there.
    whole: str | None
    #: Numbers (from 1) of those still to be read.
    missing: Sequence[int] = ()
    count: int = 0


def joined(texts: Iterable[str]) -> Parts:
    """The queue that was cut into `OUTREACH1/<k>/<n>/<chunk>`, read in any order, twice or not."""
    found: dict[int, str] = {}
    counts = set()
    for one in texts:
        for number, count, chunk in _PART.findall(one):
            found[int(number)] = chunk
            counts.add(int(count))
    if len(counts) != 1:  # none at all, or parts of two queues
        return Parts(None)
    total = counts.pop()
    missing = [number for number in range(1, total + 1) if number not in found]
    if missing or not total:
        return Parts(None, missing, total)
    return Parts("".join(found[number] for number in range(1, total + 1)), (), total)


# --- buildings -----------------------------------------------------------------------------
#: What an address of many homes under one roof is told by, folded.
_HOUSE = re.compile(
    r"(?:^|[\s,])((?:chung cu|cc|lo|block|toa(?: nha)?|nha tro|khu tro|day tro)\b.*)"
)
_FLOOR = re.compile(r"\b(?:tang|lau)\s*(\d{1,2})\b")
#: A flat's number tells its floor: 302, P.1205, 12.05, A3-0704.
_FLAT = re.compile(r"(?:^|\D)(\d{1,2})[.-]?\d{2}(?!\d)")


@dataclass(slots=True)
class Group(Generic[T]):
    """Homes behind one door, or on one floor; without a name: all that stand alone."""

    building: str
    floor: int | None = None
    items: list[T] = field(default_factory=list)


def building(address: str) -> tuple[str, int | None]:
    """(building, floor) as an address tells them; ("", None) for a house of its own."""
    plain = text.fold(address)
    found = _HOUSE.search(plain)
    if found is None or len(plain) != len(address):
        return "", None
    name = address[found.start(1) :].split(",", maxsplit=1)[0].strip()
    floor = _FLOOR.search(plain) or _FLAT.search(plain[: found.start(1)])
    return name, int(floor[1]) if floor else None


def grouped(items: Iterable[T], address: Callable[[T], str]) -> list[Group[T]]:
    """Homes by building and floor, in the order in which each group is met first."""
    groups: dict[tuple[str, int | None], Group[T]] = {}
    for item in items:
        name, floor = building(address(item))
        key = (text.fold(name), floor)
        groups.setdefault(key, Group(name, floor)).items.append(item)
    return list(groups.values())


def masked(name: str, salutation: str | None) -> str:
    """Somebody as a page for nobody in particular names them: "Bà T."."""
    given = name.rsplit(maxsplit=1)[-1] if name.split() else ""
    called = f"{given[:1].upper()}." if given else ""
    return f"{salutation.capitalize()} {called}" if salutation else called
