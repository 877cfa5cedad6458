"""Which walking times homes are planned and cut with: streets, a learned factor, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import streets_of
from outreach.places.models import Area, Level
from outreach.routing import detours
from outreach.routing.detours import Learned
from outreach.routing.streets import shelf
from outreach.routing.streets.cache import OnStreets
from outreach.routing.walking import DETOUR_FACTOR
from outreach.turf.models import WalkingFactor
from outreach.turf.walking import Source, Walking


def best(
    session: orm.Session, areas: Sequence[Area], points: Sequence[tuple[float, float]]
) -> Walking:
    """The best source there is now for homes of these areas at these (lat, lon) points."""
    learned = _learned(session, areas)
    found = Walking()
    if learned is not None:
        found = Walking(Source.LEARNED, learned.factor, learned.walks)
    folder = streets_of(session)
    extract = shelf.covering(folder, points) if folder is not None else None
    if extract is None:
        return found
    return Walking(
        Source.STREETS, found.factor, found.walks, extract.key, extract.date, extract.name
    )


def streets(session: orm.Session, area: Area, source: Walking | None) -> OnStreets | None:
    """Where ways of a team of this area are measured, if its source is streets."""
    folder = streets_of(session)
    if source is None or source.source is not Source.STREETS or folder is None:
        return None
    return OnStreets(str(folder), source.key, ward=_commune(area).id.hex)


def _commune(area: Area) -> Area:
    """The commune an area lies in; the area itself where none is above it."""
    above: Area | None = area
    while above is not None and above.level is not Level.COMMUNE:
        above = above.parent
    return above or area


def _learned(session: orm.Session, areas: Sequence[Area]) -> Learned | None:
    """What is known of these areas: each one's own factor, else its commune's."""
    asked = {area.id: _commune(area).id for area in areas}
    chosen = sa.select(WalkingFactor.area_id, WalkingFactor.factor, WalkingFactor.walks).where(
        WalkingFactor.area_id.in_({*asked, *asked.values()}), WalkingFactor.factor.is_not(None)
    )
    rows: Sequence[Any] = session.execute(chosen).all()
    known = {row.area_id: Learned(row.factor, row.walks, row.area_id.hex) for row in rows}
    parts = [known.get(own) or known.get(commune) for own, commune in asked.items()]
    return detours.together(parts, DETOUR_FACTOR)
