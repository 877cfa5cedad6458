"""Record linkage: how likely a line of a list is a certain resident.

Fellegi and Sunter (1969): every column that both sides know adds log2(m / u) to a pair's weight,
where m is how often two records of one person agree in it and u how often two strangers do. For a
name u is how common that very name is in the register, so "Nguyễn Thị Lan" proves little and a
rare name much. The m below are judged, not learnt: no list with known answers exists here.

Weights become a probability by comparing all candidates of a line with each other and with the
chance that the person is not registered at all:

    p(i) = 2^w(i) / (sum of 2^w(j) + N (1 - f) / f)

N is how many people the register holds, f the share of a list's people who are in it (0.9). Two
people of one name and year so share what one would have had, and neither is sure.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from outreach.confirmation.rules import likeness
from outreach.confirmation.rules.likeness import Likeness

#: From here a match may be confirmed without anybody choosing: 1 in 20 of the least sure is wrong.
SURE = 0.95
#: From here it is shown as a possibility.
POSSIBLE = 0.02
#: The share of people on a list whom the register knows.
REGISTERED = 0.9


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a list, texts folded; what the list does not say is empty."""

    row: int
    name: str
    #: The name with its accents, as letters and tones; empty where it was written without.
    spelled: str = ""
    birth_year: int | None = None
    address: str = ""
    area: str = ""
    code: str = ""
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One resident of the register, texts folded."""

    resident_id: UUID
    household_id: UUID
    name: str
    spelled: str = ""
    birth_year: int | None = None
    address: str = ""
    area: str = ""
    code: str = ""
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resident who may be the one, and how likely."""

    entry: Entry
    weight: float
    probability: float = 0.0


class Found(enum.StrEnum):
    """What a line came to."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    NOBODY = "nobody"


@dataclass(slots=True)
class Match:
    """A line with whom it may be, the likeliest first."""

    line: Line
    candidates: Sequence[Candidate] = field(default_factory=tuple)
    found: Found = Found.NOBODY

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


# log2(m / u) of what agrees or does not; for a name its own u is used instead
_NAME_M = {Likeness.SAME: 0.85, Likeness.NEARLY: 0.10, Likeness.PARTLY: 0.04}
#: A name alike is found by chance this many times as often as the very same one.
_NAME_WIDER = {Likeness.SAME: 1, Likeness.NEARLY: 2, Likeness.PARTLY: 12}
_NAME_DIFFERENT = math.log2(0.01 / 0.99)
_YEAR_SAME, _YEAR_NEXT, _YEAR_DIGIT, _YEAR_OTHER = (
    math.log2(0.93 / 0.017), math.log2(0.02 / 0.034), math.log2(0.03 / 0.10),
    math.log2(0.02 / 0.85),
)  # fmt: skip
_ADDRESS = {
    Likeness.SAME: math.log2(0.55 / 0.0002),
    Likeness.NEARLY: math.log2(0.20 / 0.0004),
    Likeness.PARTLY: math.log2(0.10 / 0.01),
    # people are registered in one place and live in another
    Likeness.DIFFERENT: math.log2(0.15 / 0.99),
}
_AREA_SAME, _AREA_OTHER = math.log2(0.85 / 0.09), math.log2(0.15 / 0.91)
_CODE_SAME, _CODE_OTHER = math.log2(0.95 / 0.0001), math.log2(0.05 / 0.9999)
_PHONE_SHARED, _PHONE_OTHER = math.log2(0.6 / 0.0001), math.log2(0.4 / 0.9999)


def weight(line: Line, entry: Entry, share_of_name: float) -> float:
    """How much speaks for these two being one, in bits. `share_of_name` is the entry's name's u."""
    total = _name(line, entry, share_of_name) + _year(line.birth_year, entry.birth_year)
    if line.address and entry.address:
        total += _ADDRESS[likeness.addresses(line.address, entry.address)]
    if line.area and entry.area:
        total += _AREA_SAME if _same_area(line.area, entry.area) else _AREA_OTHER
    if line.code and entry.code:
        total += _CODE_SAME if line.code == entry.code else _CODE_OTHER
    if line.phones and entry.phones:
        total += _PHONE_OTHER if line.phones.isdisjoint(entry.phones) else _PHONE_SHARED
    return total


def alike(line: Line, entry: Entry) -> Likeness:
    """Two names; Hùng and Hưng fold to one, but are two men where both are written with accents."""
    found = likeness.names(line.name, entry.name)
    other = line.spelled and entry.spelled and line.spelled != entry.spelled
    return Likeness.PARTLY if found is Likeness.SAME and other else found


def spelling(sort_key: str, name: str) -> str:
    """The letters and tones of a name from its sort key; empty where it has no accents at all."""
    return "" if name.isascii() else sort_key.partition(" ")[0]


def _name(line: Line, entry: Entry, share: float) -> float:
    likeness_ = alike(line, entry)
    if likeness_ is Likeness.DIFFERENT:
        return _NAME_DIFFERENT
    return math.log2(_NAME_M[likeness_] / min(0.5, share * _NAME_WIDER[likeness_]))


def _year(one: int | None, other: int | None) -> float:
    if one is None or other is None:
        return 0.0
    if one == other:
        return _YEAR_SAME
    if abs(one - other) == 1:
        return _YEAR_NEXT
    differing = sum(a != b for a, b in zip(str(one), str(other), strict=False))
    return _YEAR_DIGIT if differing == 1 or sorted(str(one)) == sorted(str(other)) else _YEAR_OTHER


def _same_area(one: str, other: str) -> bool:
    return one == other or one.endswith(f" {other}") or other.endswith(f" {one}")


def judged(line: Line, candidates: Iterable[Candidate], registered: int) -> Match:
    """The line with its candidates' probabilities, and what that makes of it."""
    odds = [(one, 2.0 ** min(one.weight, 60.0)) for one in candidates]
    nobody = max(1, registered) * (1 - REGISTERED) / REGISTERED
    whole = sum(power for _one, power in odds) + nobody
    ranked = sorted(
        (Candidate(one.entry, one.weight, power / whole) for one, power in odds),
        key=lambda one: (-one.probability, one.entry.resident_id),
    )
    possible = tuple(one for one in ranked if one.probability >= POSSIBLE)[:5]
    if not possible:
        return Match(line)
    best = possible[0]
    sure = best.probability >= SURE and alike(line, best.entry) >= Likeness.NEARLY
    return Match(line, possible, Found.SURE if sure else Found.DOUBTFUL)


def one_to_one(matches: Iterable[Match]) -> None:
    """Two lines that are sure of the same resident are both doubtful: one of them is somebody else.

    The same line twice (name, year, address) is one person said twice, and stays sure.
    """
    first: dict[UUID, Match] = {}
    for match in matches:
        if match.found is not Found.SURE or match.best is None:
            continue
        other = first.setdefault(match.best.entry.resident_id, match)
        if other is not match and not _said_twice(other.line, match.line):
            other.found = match.found = Found.DOUBTFUL


def _said_twice(one: Line, other: Line) -> bool:
    return (one.name, one.birth_year, one.address) == (other.name, other.birth_year, other.address)
