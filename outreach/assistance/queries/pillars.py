"""The four pillars of whole areas, from their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
    below = {path: (list[Any](), list[Any]()) for path in (child.path for child in children)}
    depth = area.path.count("/") + 1
    for number, found in enumerate((totals, rows)):
        for row in found:
            part = below.get("".join(f"{one}/" for one in row.path.split("/")[:depth]))
            if part is not None:
                part[number].append(row)
    parts = [_card(one, *below[one.path]) for one in children]
    card.parts = [one for one in parts if one.homes]
    return card


def _card(area: Area, totals: Sequence[Any], rows: Sequence[Any]) -> AreaCard:
    tallies = {pillar: Tally() for pillar in Pillar}
    for _path, pillar, status, evidence, people, homes in rows:
        tally = tallies[pillar]
        tally.people[status] += people
        tally.homes[status] += homes
        if status == Status.HAVE and evidence:
            tally.known[evidence] += people
    return AreaCard(
        area,
        tallies,
        sum(row.homes for row in totals),
        sum(row.people for row in totals),
        min((row.counted_at for row in totals), default=None),
    )
