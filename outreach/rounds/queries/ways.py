"""Which walking times a round is planned on: an extract's streets, a learned factor, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import streets_of
from outreach.places.models import Area, Level
from outreach.rounds import walking
from outreach.rounds.models import Round, WalkingFactor
from outreach.rounds.questions import OnStreets
from outreach.rounds.walking import Source, Walking
from outreach.routing import detours
from outreach.routing.detours import Learned
from outreach.routing.streets import cache, shelf
from outreach.routing.walking import DETOUR_FACTOR


def best(session: orm.Session, round_: Round, points: Sequence[tuple[float, float]]) -> Walking:
    """The best source there is now for a plan of homes at these (lat, lon) points."""
    learned = _learned(session, round_.areas)
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


def streets(session: orm.Session, round_: Round, source: Walking | None = None) -> OnStreets | None:
    """Where to measure a round's ways: as this source says, or (None) as its plan says."""
    source = source or walking.told(round_.figures, round_.detour_factor)
    folder = streets_of(session)
    if source is None or source.source is not Source.STREETS or folder is None:
        return None
    return OnStreets(str(folder), source.key, ward=_commune(round_.team.area).id.hex)


def streets_gone(session: orm.Session, round_: Round) -> bool:
    """Whether the extract of the plan was removed since: changes count straight lines."""
    on = streets(session, round_)
    return on is not None and not cache.is_there(Path(on.folder), on.key)


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
