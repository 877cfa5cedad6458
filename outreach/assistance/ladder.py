"""How far somebody is on the way to doing it alone: the highest rung their cases stand on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Rung, Status
from outreach.assistance.models import Evidence
from outreach.assistance.rules import Standing, surer

_ORDER = {rung: rank for rank, rung in enumerate(Rung)}


@dataclass(frozen=True, slots=True)
class Climb:
    """The highest rung, and how well that is known."""

    rung: Rung
    evidence: Evidence | None

    @property
    def height(self) -> int:
        """From 1, the lowest."""
        return _ORDER[self.rung] + 1

    def reached(self, rung: Rung) -> bool:
        """Whether this rung is below or at the highest."""
        return _ORDER[rung] <= _ORDER[self.rung]


def climb(standings: Iterable[Standing]) -> Climb | None:
    """From somebody's own cases and those of the home as a whole; None before the first rung."""
    found: Climb | None = None
    for standing in standings:
        rung = rung_of(standing)
        if rung is None:
            continue
        if found is None or _ORDER[rung] > _ORDER[found.rung]:
            found = Climb(rung, standing.evidence)
        elif rung is found.rung:
            found = Climb(rung, surer(found.evidence, standing.evidence))
    return found


def rung_of(standing: Standing) -> Rung | None:
    """The rung of one case: that of its state, unless its variant never gets there."""
    programme = programmes().get(standing.programme)
    state = programme.states.get(standing.state or "") if programme else None
    if programme is None or state is None:
        return None
    return None if standing.variant in held_back(programme) else state.rung


def held_back(programme: Programme) -> frozenset[str]:
    """Variants with which the programme's pillar is never had: a 4G feature phone is no means."""
    pillar = programme.pillar
    return frozenset(
        variant.code
        for variant in programme.variants.values()
        if pillar and variant.at_most.get(pillar, Status.HAVE) is not Status.HAVE
    )


def states_of(rung: Rung) -> Sequence[tuple[str, str]]:
    """(programme, state) of everything that reaches a rung."""
    return [
        (programme.code, state.code)
        for programme in programmes().values()
        for state in programme.states.values()
        if state.rung is rung
    ]
