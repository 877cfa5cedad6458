"""Finds a list's few possible residents without comparing everybody with everybody. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from outreach.confirmation.rules import likeness
from outreach.confirmation.rules.linkage import (
    Candidate,
    Entry,
    Line,
    Match,
    judged,
    one_to_one,
    weight,
)

#: A drawer with more residents than this tells nobody apart: it is opened only by narrower keys.
MOST = 60
#: Less likely than this, and wider keys are tried too.
_ENOUGH = 0.5
#: Residents again and again from the beginning.
Reader = Callable[[], Iterable[Entry]]
Keys = Callable[[Line | Entry], Iterator[Hashable]]


def matched(lines: Sequence[Line], read: Reader) -> list[Match]:
    """Whom each line may be, in the order of the lines.

    The register is read twice at most and never held: first what lies under a line's very name and
    year or its phones, then, for lines that found nobody likely, what lies under wider keys.
    """
    names: Counter[str] = Counter()
    near = _Drawers(lines, _narrow, read(), names)
    found = [near.match(line) for line in lines]
    unsure = [match.line for match in found if not _likely(match)]
    if unsure:
        wide = _Drawers(unsure, _wide, read(), Counter())
        wide.names = names
        again = {line.row: wide.match(line) for line in unsure}
        found = [again.get(match.line.row, match) for match in found]
    one_to_one(found)
    return found


def _likely(match: Match) -> bool:
    return match.best is not None and match.best.probability > _ENOUGH


class _Drawers:
    """Residents by the keys that some line asks for."""

    def __init__(
        self, lines: Iterable[Line], keys: Keys, entries: Iterable[Entry], names: Counter[str]
    ) -> None:
        self._keys = keys
        self.names = names
        self._drawers: dict[Hashable, list[Entry]] = defaultdict(list)
        wanted = {key for line in lines for key in keys(line)}
        for entry in entries:
            names[entry.name] += 1
            for key in keys(entry):
                if key in wanted:
                    self._drawers[key].append(entry)

    def match(self, line: Line) -> Match:
        found: dict[int, Entry] = {}
        for key in self._keys(line):
            drawer = self._drawers.get(key, ())
            if len(drawer) <= MOST:
                found |= {id(entry): entry for entry in drawer}
        size = self.names.total()
        candidates = [
            Candidate(entry, weight(line, entry, self.names[entry.name] / size))
            for entry in found.values()
        ]
        return judged(line, candidates, size)


def _narrow(one: Line | Entry) -> Iterator[Hashable]:
    yield "name year", one.name, one.birth_year
    for phone in one.phones:
        yield "phone", phone


def _wide(one: Line | Entry) -> Iterator[Hashable]:
    yield from _narrow(one)
    yield "name", one.name
    words = one.name.split()
    if len(words) > 1:
        yield "words", *sorted(words)
    if one.birth_year:
        for word in set(words):
            yield "start year", word[:3], one.birth_year
        # a list's year may be one off, and then only the whole name is worth looking under
        for year in (one.birth_year - 1, one.birth_year + 1):
            yield "near year", one.name, year
        yield "near year", one.name, one.birth_year
    if one.address:
        yield "address", one.address
        yield "door", *likeness.door(one.address)
