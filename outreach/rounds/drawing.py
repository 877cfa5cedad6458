"""Route lines along the streets, for a map: drawn once for a plan, remembered while it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from outreach.rounds.models import Route
from outreach.routing.streets import cache, extract, lines
from outreach.routing.streets.cache import OnStreets

Points = tuple[tuple[float, float], ...]


def route_lines(streets: OnStreets, routes: Sequence[Route]) -> Mapping[UUID, list[int]]:
    """For each route with stops, the line from its start through them, as `lines.packed` has it.

    Nothing when the extract is gone: a map draws straight lines then.
    """
    walked = [route for route in routes if route.stops]
    try:
        drawn = _drawn(streets, tuple(_points(route) for route in walked))
    except extract.BadExtract:
        return {}
    return {route.id: line for route, line in zip(walked, drawn, strict=True)}


def _points(route: Route) -> Points:
    homes = (
        (stop.household.latitude, stop.household.longitude)
        for stop in route.stops
        if stop.household.latitude is not None and stop.household.longitude is not None
    )
    return ((route.start_latitude, route.start_longitude), *homes)


@lru_cache(maxsize=32)
def _drawn(streets: OnStreets, routes: tuple[Points, ...]) -> list[list[int]]:
    source = cache.prepared(Path(streets.folder), streets.key)
    return [lines.packed(line) for line in lines.along(source, routes, streets.ward)]
