"""Which moves a case may make, and what a person's cases say of the four pillars. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from outreach.accounts.models import Role
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Pillar, Programme, Scope, State, Status
from outreach.assistance.models import Evidence

_ORDER = {status: rank for rank, status in enumerate(Status)}
_SURENESS = {evidence: rank for rank, evidence in enumerate(Evidence)}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one case is: as much of it as the rules need."""

    programme: str
    state: str | None
    evidence: Evidence | None = None
    variant: str | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that may be recorded next: a state, and which kind where it asks."""

    state: State
    variant: str | None = None
    label: str = ""

    @property
    def value(self) -> str:
        """As a form sends it: `handed_over` or `handed_over.smartphone`."""
        return f"{self.state.code}.{self.variant}" if self.variant else self.state.code


@dataclass(frozen=True, slots=True)
class PillarState:
    """How far one pillar is, and how well that is known; no evidence: nobody has said."""

    status: Status
    evidence: Evidence | None = None

    def __str__(self) -> str:
        return self.status.value


@dataclass(frozen=True, slots=True)
class Card:
    """The four pillars of a person or a home; those that do not apply (a child's) are absent."""

    pillars: Mapping[Pillar, PillarState] = field(default_factory=dict)

    def __getitem__(self, key: str) -> PillarState | None:
        return self.pillars.get(Pillar(key))

    @property
    def key(self) -> str:
        """The same for cards that look the same: a page draws each picture once."""
        return ",".join(f"{pillar}={state}" for pillar, state in self.pillars.items())

    def missing(self) -> tuple[Pillar, ...]:
        """Pillars not had yet."""
        return tuple(p for p, s in self.pillars.items() if s.status is not Status.HAVE)


def of_age(min_age: int, birth_year: int | None, on: date) -> bool:
    """Whether the age is reached within the year; where no year is known, it is."""
    return birth_year is None or on.year - birth_year >= min_age


def eligible(programme: Programme, birth_year: int | None, on: date) -> bool:
    """Whether somebody born then can be in the programme at all."""
    return programme.scope is Scope.HOUSEHOLD or of_age(programme.min_age, birth_year, on)


def barred(programme: Programme, home: Iterable[Standing]) -> frozenset[str]:
    """States the home's other cases rule out: a 4G feature phone never completes VNeID."""
    for standing in home:
        other = programmes().get(standing.programme)
        variant = other.variants.get(standing.variant or "") if other else None
        if variant and standing.state and programme.code in variant.never_completes:
            return programme.goals
    return frozenset()


def repeats(programme: str) -> bool:
    """Whether a closed case of it makes room for the next one."""
    found = programmes().get(programme)
    return found is not None and found.repeats


def next_states(programme: Programme, standing: Standing | None) -> tuple[State, ...]:
    """States that may be recorded next, in the definition's order; not the present one."""
    if standing is None or standing.state is None:
        codes: Sequence[str] = programme.opens
    else:
        # a state that the definition no longer has leads nowhere by itself: begin anew
        known = programme.find(standing.state)
        codes = programme.opens if known is None else known.next
    return tuple(programme.states[code] for code in codes)


def moves(
    programme: Programme,
    standing: Standing | None,
    *,
    home: Iterable[Standing] = (),
    birth_year: int | None = None,
    on: date,
) -> list[Move]:
    """What may be recorded next for somebody, one entry for each kind where a state asks."""
    ruled_out = barred(programme, home)
    found: list[Move] = []
    for state in next_states(programme, standing):
        if state.code in ruled_out:
            continue
        if not state.asks:
            found.append(Move(state, label=state.label))
            continue
        found += [
            Move(state, variant.code, variant.label)
            for variant in programme.variants.values()
            if of_age(variant.min_age, birth_year, on)
        ]
    return found


def may_move(
    programme: Programme,
    standing: Standing | None,
    to_state: str,
    variant: str | None = None,
    *,
    home: Iterable[Standing] = (),
    birth_year: int | None = None,
    on: date,
) -> bool:
    """Whether this may be recorded now. Seeing the present state again always may."""
    if standing is not None and standing.state == to_state:
        return variant is None or variant in programme.variants
    allowed = moves(programme, standing, home=home, birth_year=birth_year, on=on)
    return any(m.state.code == to_state and m.variant == variant for m in allowed)


def evidence_for(state: State, *, seen: bool) -> Evidence:
    """What a volunteer's word amounts to: seen where that can be seen, else only told."""
    possible = [e for e in state.evidence if e is not Evidence.CONFIRMED]
    wanted = Evidence.OBSERVED if seen else Evidence.DECLARED
    return wanted if wanted in possible else (possible or [Evidence.DECLARED])[-1]


#: Officers and administrators hold lists; a partner's clerk tells what the partner itself did.
_CONFIRMING = frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.PARTNER})


def may_give(role: Role, evidence: Evidence) -> bool:
    """Only those who hold an agency's list, or are the agency, may call something confirmed."""
    return evidence is not Evidence.CONFIRMED or role in _CONFIRMING


def surer(one: Evidence | None, other: Evidence | None) -> Evidence | None:
    """The better of two."""
    known = [e for e in (one, other) if e is not None]
    return max(known, key=_SURENESS.__getitem__, default=None)


def _counted(standing: Standing) -> Iterator[tuple[Pillar, Status]]:
    programme = programmes().get(standing.programme)
    state = programme.find(standing.state) if programme else None
    if programme is None or state is None:
        return
    variant = programme.variants.get(standing.variant or "")
    for pillar, status in state.counts.items():
        cap = variant.at_most.get(pillar, status) if variant else status
        yield pillar, min(status, cap, key=_ORDER.__getitem__)


def person_card(standings: Iterable[Standing], birth_year: int | None, on: date) -> Card:
    """The pillars of one resident from their own cases and the home's."""
    found = {pillar: PillarState(Status.MISSING) for pillar in owed(birth_year, on)}
    for standing in standings:
        for pillar, status in _counted(standing):
            known = found.get(pillar)
            new = PillarState(status, standing.evidence)
            if known and _better(new, known):
                found[pillar] = new
    return Card(found)


def owed(birth_year: int | None, on: date) -> tuple[Pillar, ...]:
    """The pillars somebody born then should have; none for a child too young for all."""
    sought = [p for p in programmes().values() if p.sought and eligible(p, birth_year, on)]
    goals = {p.pillar for p in sought}
    grown = any(p.scope is Scope.PERSON for p in sought)
    return tuple(p for p in Pillar if p in goals or p is Pillar.SKILL) if grown else ()


def _better(new: PillarState, old: PillarState) -> bool:
    if old.evidence is None or new.status is not old.status:
        return old.evidence is None or _ORDER[new.status] > _ORDER[old.status]
    return surer(new.evidence, old.evidence) is not old.evidence


#: One member with it serves the home; the others everybody needs for themselves.
SHARED = frozenset({Pillar.DEVICE, Pillar.SKILL})


def home_card(cards: Iterable[Card]) -> Card:
    """The pillars of a home: shared ones count when one has them, the others when all do."""
    people = list(cards)
    found: dict[Pillar, PillarState] = {}
    for pillar in Pillar:
        states = [card.pillars[pillar] for card in people if pillar in card.pillars]
        if states:
            found[pillar] = _together(states, shared=pillar in SHARED)
    return Card(found)


def _together(states: list[PillarState], *, shared: bool) -> PillarState:
    ranked = sorted(states, key=_rank)
    least, best = ranked[0], ranked[-1]
    if shared or best.status is least.status:
        return best if shared else least
    return PillarState(Status.IN_PROGRESS, least.evidence)


def _rank(state: PillarState) -> tuple[int, int]:
    return _ORDER[state.status], -1 if state.evidence is None else _SURENESS[state.evidence]
