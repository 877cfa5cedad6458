"""Counts the four pillars of an area's people and homes, for cards of whole wards.

A ward's card is a sum of a few hundred rows, whatever the number of homes; it is as old as the
oldest of its areas, which the page says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance import rules
from outreach.assistance.models import CountedArea, PillarCount
from outreach.assistance.queries.needs import standings
from outreach.assistance.rules import Card, Standing
from outreach.households.models import Household, Resident

#: (pillar, status, evidence) as the table holds them.
Key = tuple[str, str, str]


class _Cards:
    """Cards of people, each kind worked out once: a ward has few kinds of people."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[tuple[tuple[Standing, ...], int | None], Card] = {}

    def card(self, cases: tuple[Standing, ...], birth_year: int | None) -> Card:
        key = (cases, birth_year)
        if key not in self._known:
            self._known[key] = rules.person_card(cases, birth_year, self._on)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Counted:
    """An area's figures, not stored yet."""

    area_id: UUID
    homes: int
    residents: int
    by_people: Counter[Key]
    by_homes: Counter[Key]


def count_area(session: orm.Session, area_id: UUID, *, on: date) -> Counted:
    """Count one area anew: three queries."""
    ids = session.scalars(
        sa.select(Household.id).where(Household.area_id == area_id, Household.archived_at.is_(None))
    ).all()
    living: dict[UUID, list[tuple[UUID, int | None]]] = {id_: [] for id_ in ids}
    rows = session.execute(
        sa.select(Resident.household_id, Resident.id, Resident.birth_year)
        .join(Household, Household.id == Resident.household_id)
        .where(
            Household.area_id == area_id,
            Household.archived_at.is_(None),
            Resident.left_at.is_(None),
        )
    )
    for household_id, id_, year in rows:
        living[household_id].append((id_, year))
    cases, cards = standings(session, ids), _Cards(on)
    people: Counter[Key] = Counter()
    homes: Counter[Key] = Counter()
    for home_id, residents in living.items():
        own = cases.get((home_id, None), [])
        found = [
            cards.card((*own, *cases.get((home_id, one), ())), year) for one, year in residents
        ]
        people.update(key for card in found for key in _keys(card))
        homes.update(_keys(rules.home_card(found)))
    return Counted(area_id, len(ids), sum(map(len, living.values())), people, homes)


def _keys(card: Card) -> Iterable[Key]:
    for pillar, state in card.pillars.items():
        yield pillar.value, state.status.value, state.evidence.value if state.evidence else ""


def store(session: orm.Session, counted: Counted, *, now: datetime) -> None:
    """These figures instead of the area's old ones."""
    session.execute(
        sa.delete(PillarCount)
        .where(PillarCount.area_id == counted.area_id)
        .execution_options(synchronize_session=False)
    )
    rows = [
        {
            "area_id": counted.area_id,
            "pillar": key[0],
            "status": key[1],
            "evidence": key[2],
            "people": counted.by_people[key],
            "homes": counted.by_homes[key],
        }
        for key in counted.by_people.keys() | counted.by_homes.keys()
    ]
    if rows:
        session.execute(sa.insert(PillarCount), rows)
    session.merge(
        CountedArea(
            area_id=counted.area_id,
            counted_at=now,
            homes=counted.homes,
            people=counted.residents,
        )
    )


def areas_to_count(session: orm.Session, before: datetime, *, limit: int) -> Sequence[UUID]:
    """Areas with homes (or figures) that were last counted before then, the oldest first."""
    counted = sa.select(CountedArea.area_id)
    fresh = sa.select(Household.area_id).where(Household.area_id.not_in(counted)).distinct()
    found = list(session.scalars(fresh.limit(limit)))
    old = sa.select(CountedArea.area_id).where(CountedArea.counted_at < before)
    found += session.scalars(old.order_by(CountedArea.counted_at).limit(limit - len(found)))
    return found
