"""Which walking times a round is planned on: as its team's turf is cut (`turf.ways`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import orm

from outreach.rounds.models import Round
from outreach.routing.streets import cache
from outreach.routing.streets.cache import OnStreets
from outreach.turf import walking, ways
from outreach.turf.walking import Walking


def best(session: orm.Session, round_: Round, points: Sequence[tuple[float, float]]) -> Walking:
    """The best source there is now for a plan of homes at these (lat, lon) points."""
    return ways.best(session, round_.areas, points)


def streets(session: orm.Session, round_: Round, source: Walking | None = None) -> OnStreets | None:
    """Where to measure a round's ways: as this source says, or (None) as its plan says."""
    source = source or walking.told(round_.figures, round_.detour_factor)
    return ways.streets(session, round_.team.area, source)


def streets_gone(session: orm.Session, round_: Round) -> bool:
    """Whether the extract of the plan was removed since: changes count straight lines."""
    on = streets(session, round_)
    return on is not None and not cache.is_there(Path(on.folder), on.key)
