"""The four pillars of whole areas, from their counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.assistance.definitions import Pillar, Status
from outreach.assistance.models import CountedArea, Evidence, PillarCount
from outreach.places.models import Area


@dataclass(slots=True)
class Tally:
    """One pillar of an area: people and homes apart, and how well "have" is known."""

    people: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    homes: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    #: People who have it, by evidence.
    known: dict[Evidence, int] = field(default_factory=lambda: dict.fromkeys(Evidence, 0))

    @property
    def share(self) -> int:
        """Per cent of people who have it, rounded down: 100 means everybody."""
        owed = sum(self.people.values())
        return 100 * self.people[Status.HAVE] // owed if owed else 0


@dataclass(slots=True)
class AreaCard:
    """An area's pillars and those of the units directly below."""

    area: Area
    pillars: Mapping[Pillar, Tally]
    homes: int
    people: int
    #: When the oldest part was counted; None while nothing has been.
    counted_at: datetime | None
    parts: Sequence[AreaCard] = ()


def area_card(session: orm.Session, area: Area) -> AreaCard:
    """The card of an area with its parts: three queries over a few rows an area below."""
    children = session.scalars(
        sa.select(Area)
        .where(Area.parent_id == area.id, Area.valid_to.is_(None))
        .order_by(Area.sort_key, Area.id)
    ).all()
    inside = sa.select(Area.id).where(scopes.below(area))
    totals = session.execute(
        sa.select(Area.path, CountedArea.homes, CountedArea.people, CountedArea.counted_at)
        .join(Area, Area.id == CountedArea.area_id)
        .where(CountedArea.area_id.in_(inside))
    ).all()
    rows = session.execute(
        sa.select(
            Area.path, PillarCount.pillar, PillarCount.status, PillarCount.evidence,
            PillarCount.people, PillarCount.homes,
        )
        .join(Area, Area.id == PillarCount.area_id)
        .where(PillarCount.area_id.in_(inside))
    ).all()  # fmt: skip
    card = _card(area, totals, rows)
    by_child: dict[UUID, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for number, found in enumerate((totals, rows)):
        for row in found:
            child = next((c for c in children if row.path.startswith(c.path)), None)
            if child is not None:
                by_child[child.id][number].append(row)
    parts = [_card(one, *by_child[one.id]) for one in children if one.id in by_child]
    card.parts = [one for one in parts if one.homes]
    return card


def _card(area: Area, totals: Sequence[Any], rows: Sequence[Any]) -> AreaCard:
    tallies = {pillar: Tally() for pillar in Pillar}
    for row in rows:
        tally, status = tallies[Pillar(row.pillar)], Status(row.status)
        tally.people[status] += row.people
        tally.homes[status] += row.homes
        if status is Status.HAVE and row.evidence:
            tally.known[Evidence(row.evidence)] += row.people
    return AreaCard(
        area,
        tallies,
        sum(row.homes for row in totals),
        sum(row.people for row in totals),
        min((row.counted_at for row in totals), default=None),
    )
