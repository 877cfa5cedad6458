"""Reads about homes: who lives there, what each has and misses, and one case with its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance import rules
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Scope, State
from outreach.assistance.ladder import Climb, climb
from outreach.assistance.queries.benefits import Earlier, earlier
from outreach.assistance.queries.needs import batches, standings
from outreach.assistance.rules import Card, Move, Standing
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident


@dataclass(frozen=True, slots=True)
class ProgrammeHelp:
    """One programme for one person (or the home): where it is and where it may go."""

    programme: Programme
    standing: Standing | None
    moves: Sequence[Move]
    resident_id: UUID | None

    @property
    def key(self) -> str:
        """As the fields of a form are named."""
        return f"{self.programme.code}.{self.resident_id or 'home'}"

    @property
    def state(self) -> State | None:
        if self.standing is None or self.standing.state is None:
            return None
        return self.programme.find(self.standing.state)

    @property
    def has_slip(self) -> bool:
        """Whether something is ticked or typed with one of its moves."""
        return any(self.programme.has_slip(move.state) for move in self.moves)

    @property
    def running(self) -> bool:
        """Whether it was begun and is neither finished nor stopped."""
        state = self.state
        stopped = self.standing is not None and self.standing.stopped
        return state is not None and not state.end and not stopped

    @property
    def reached(self) -> bool:
        """Whether it is where it was meant to come."""
        state = self.state
        return state is not None and (state.end or state.code in self.programme.goals)


#: Shown at once on a card even where little is begun.
FEW = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be helped with, sorted for a small page."""

    #: What is begun or that everybody should have, and what has become possible.
    first: Sequence[ProgrammeHelp]
    #: All else: what is finished, what is easier after something else.
    rest: Sequence[ProgrammeHelp]


def offer(helps: Sequence[ProgrammeHelp], reached: set[str]) -> Offer:
    """Sort by what is next; `reached` are programmes that the person or home is through with."""
    wanted = {h.key for h in helps if h.running or (h.programme.sought and h.state is None)}
    possible = [
        h.key
        for h in helps
        if h.state is None and h.key not in wanted and _became_possible(h.programme, reached)
    ]
    wanted.update(possible[: max(0, FEW - len(wanted))])
    return Offer(
        [h for h in helps if h.key in wanted],
        sorted((h for h in helps if h.key not in wanted), key=lambda h: h.key not in possible),
    )


def _became_possible(programme: Programme, reached: set[str]) -> bool:
    return bool(programme.prerequisites) and reached.issuperset(programme.prerequisites)


@dataclass(frozen=True, slots=True)
class PersonHelp:
    """A resident with the four pillars and the programmes open to them."""

    resident: Resident
    card: Card
    programmes: Sequence[ProgrammeHelp]
    offer: Offer
    #: How far they are on the way to doing it alone.
    climb: Climb | None = None
    #: What another team seems to have given them already.
    helped: Sequence[Earlier] = ()


@dataclass(frozen=True, slots=True)
class HomeHelp:
    """A home with its people, its own pillars and the programmes of the home as a whole."""

    household: Household
    card: Card
    people: Sequence[PersonHelp]
    programmes: Sequence[ProgrammeHelp]
    offer: Offer


def helps_of_homes(
    session: orm.Session, households: Sequence[Household], *, on: date
) -> dict[UUID, HomeHelp]:
    """What the people of these homes have and miss: three queries, however many homes."""
    ids = [one.id for one in households]
    people = _living(session, ids)
    cases = standings(session, ids)
    helped = earlier(session, [one for living in people.values() for one in living])
    return {
        one.id: _home_help(one, people.get(one.id, ()), cases, helped, on) for one in households
    }


def cards(session: orm.Session, household_ids: Collection[UUID], *, on: date) -> dict[UUID, Card]:
    """The pillars of each home: two queries for 10,000 homes."""
    born = _born(session, household_ids)
    cases = standings(session, household_ids)
    found = {}
    for id_ in household_ids:
        own = cases.get((id_, None), [])
        found[id_] = rules.home_card(
            rules.person_card([*own, *cases.get((id_, one), ())], birth_year, on)
            for one, birth_year in born.get(id_, ())
        )
    return found


def _born(
    session: orm.Session, household_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[tuple[UUID, int | None]]]:
    """Who lives in each home and when they were born, in no order."""
    found: dict[UUID, list[tuple[UUID, int | None]]] = defaultdict(list)
    for batch in batches(household_ids):
        rows = session.execute(
            sa.select(Resident.household_id, Resident.id, Resident.birth_year).where(
                Resident.household_id.in_(batch), Resident.left_at.is_(None)
            )
        )
        for household_id, id_, year in rows:
            found[household_id].append((id_, year))
    return found


def _living(
    session: orm.Session, household_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Resident]]:
    found: dict[UUID, list[Resident]] = defaultdict(list)
    chosen = (
        sa.select(Resident)
        .where(Resident.household_id.in_(household_ids), Resident.left_at.is_(None))
        .order_by(Resident.household_id, Resident.position, Resident.id)
    )
    for resident in session.scalars(chosen):
        found[resident.household_id].append(resident)
    return found


def _home_help(
    household: Household,
    people: Iterable[Resident],
    cases: Mapping[tuple[UUID, UUID | None], Sequence[Standing]],
    helped: Mapping[UUID, Sequence[Earlier]],
    on: date,
) -> HomeHelp:
    own = cases.get((household.id, None), ())
    whole = [
        _help(programme, own, own, None, on)
        for programme in programmes().values()
        if programme.scope is Scope.HOUSEHOLD
    ]
    through = {one.programme.code for one in whole if one.reached}
    persons = []
    for resident in people:
        theirs = cases.get((household.id, resident.id), ())
        card = rules.person_card([*own, *theirs], resident.birth_year, on)
        helps = _person_programmes(resident, theirs, own, on)
        reached = through | {one.programme.code for one in helps if one.reached}
        persons.append(
            PersonHelp(
                resident,
                card,
                helps,
                offer(helps, reached),
                climb([*own, *theirs]),
                helped.get(resident.id, ()),
            )
        )
    card = rules.home_card(person.card for person in persons)
    return HomeHelp(household, card, persons, whole, offer(whole, through))


def _person_programmes(
    resident: Resident, theirs: Sequence[Standing], own: Sequence[Standing], on: date
) -> list[ProgrammeHelp]:
    return [
        _help(programme, theirs, own, resident, on)
        for programme in programmes().values()
        if programme.scope is Scope.PERSON and rules.eligible(programme, resident.birth_year, on)
    ]


def _help(
    programme: Programme,
    standings_: Sequence[Standing],
    home: Sequence[Standing],
    resident: Resident | None,
    on: date,
) -> ProgrammeHelp:
    standing = next((s for s in standings_ if s.programme == programme.code), None)
    birth_year = resident.birth_year if resident else None
    moves = rules.moves(programme, standing, home=home, birth_year=birth_year, on=on)
    return ProgrammeHelp(programme, standing, moves, resident.id if resident else None)


def household_in_scope(session: orm.Session, household_id: UUID, *, actor: User) -> Household:
    """The home with its area, or `NotFound` when it is none of the actor's business."""
    found = session.get(Household, household_id, options=[orm.joinedload(Household.area)])
    if found is None or not scopes.covers(actor, found.area):
        raise NotFound(_("There is no such household, or it is not yours."))
    return found
