"""What differs between two versions of a programme, for people to look at. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outreach.assistance.defining.writing import tidy
from outreach.assistance.definitions import Programme


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: `sign` is "+", "-" or " "."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Labels of what came, went and was renamed."""

    states_added: Sequence[str]
    states_removed: Sequence[str]
    #: (old code, label now).
    states_renamed: Sequence[tuple[str, str]]
    #: (label from, label to).
    moves_added: Sequence[tuple[str, str]]
    moves_removed: Sequence[tuple[str, str]]
    clocks_added: Sequence[str]
    clocks_removed: Sequence[str]


def between(before: Programme | None, after: Programme) -> Changes:
    """What is new in `after`; everything, where there was nothing before."""
    old = before.states if before else {}
    new = after.states
    renamed = {code: target for code, target in after.renamed.items() if code in old}
    clocks = before.clocks if before else {}
    was, now = _moves(before), _moves(after)
    return Changes(
        [s.label for code, s in new.items() if code not in old and code not in renamed.values()],
        [s.label for code, s in old.items() if code not in new and code not in renamed],
        [(code, new[target].label) for code, target in renamed.items()],
        [(new[a].label, new[b].label) for a, b in now if (a, b) not in was],
        [(old[a].label, old[b].label) for a, b in was if (a, b) not in now and {a, b} <= set(new)],
        [c.label for code, c in after.clocks.items() if code not in clocks],
        [c.label for code, c in clocks.items() if code not in after.clocks],
    )


def _moves(programme: Programme | None) -> dict[tuple[str, str], None]:
    states = programme.states.values() if programme else ()
    return {(state.code, to): None for state in states for to in state.next}


def lines(before: str, after: str) -> list[Line]:
    """The lines that differ, each with one line around it."""
    return list(_lines(tidy(before), tidy(after)))


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    for line in difflib.unified_diff(before, after, n=1, lineterm=""):
        if not line.startswith(("---", "+++")):
            sign = line[0] if line[0] in "+-" else " "
            yield Line(sign, "…" if line.startswith("@@") else line[1:])
