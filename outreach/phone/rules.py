"""How much a phone may send at once, and when what it keeps goes out of date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    for text in texts:
        for number, count, chunk in _PART.findall(text):
            found[int(number)] = chunk
            counts.add(int(count))
    if len(counts) != 1:  # none at all, or parts of two queues
        return Parts(None)
    total = counts.pop()
    missing = [number for number in range(1, total + 1) if number not in found]
    if missing or not total:
        return Parts(None, missing, total)
    return Parts("".join(found[number] for number in range(1, total + 1)), (), total)
