"""Territories as GeoJSON: for the map, for a proposal's map, and as a file for elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import orm

from outreach.core.i18n import gettext as _
from outreach.routing import polygons
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import geojson, queries
from outreach.turf.models import TurfCut

Points = list[tuple[float, float]]


def called(number: int, name: str) -> str:
    """What a territory is called."""
    return name or _("Turf %(number)s", number=number)


def of_team(session: orm.Session, team: Team) -> dict[str, Any]:
    """For each territory its shape with name and colour, and its homes as points."""
    where = _where(queries.points(session, team))
    return geojson.collection(
        [
            _drawn(t.number, called(t.number, t.name), t.outline, where[t.id])
            for t in queries.turfs_of(session, team)
        ]
    )


def of_homes(session: orm.Session, team: Team) -> dict[str, Any]:
    """All homes of a team as one feature, to draw around."""
    homes = queries.homes(session, team, teams.neighbourhoods_of(session, team))
    step = -(-len(homes) // queries.MOST_POINTS) or 1
    dots = [
        (home.longitude, home.latitude)
        for home in homes[::step]
        if home.longitude is not None and home.latitude is not None
    ]
    collected = {
        "type": "GeometryCollection",
        "geometries": [{"type": "MultiPoint", "coordinates": dots}],
    }
    return geojson.collection([geojson.feature(collected, name=_("Homes"), number=8)])


def outlines(session: orm.Session, team: Team) -> dict[str, Any]:
    """For each territory its shape, its name and its number: what `geojson.read` reads again."""
    where = _where(queries.points(session, team))
    features = []
    for turf in queries.turfs_of(session, team):
        shape = turf.outline or _around(where[turf.id])
        if shape is not None:
            name = called(turf.number, turf.name)
            features.append(geojson.feature(shape, name=name, number=turf.number))
    return geojson.collection(features)


def of_cut(session: orm.Session, cut: TurfCut) -> dict[str, Any]:
    """The same as `of_team` for a proposal."""
    turfs: Sequence[Mapping[str, Any]] = cut.content["turfs"]
    where = queries.places(session, [UUID(home) for turf in turfs for home in turf["homes"]])
    return geojson.collection(
        [
            _drawn(
                turf["number"],
                called(turf["number"], turf["name"]),
                turf["outline"],
                [where[home] for home in map(UUID, turf["homes"]) if home in where],
            )
            for turf in turfs
        ]
    )


def _where(points: Sequence[queries.Point]) -> dict[UUID, Points]:
    found: dict[UUID, Points] = defaultdict(list)
    for point in points:
        found[point.turf_id].append((point.longitude, point.latitude))
    return found


def _drawn(number: int, name: str, outline: dict[str, Any] | None, homes: Points) -> dict[str, Any]:
    """The shape and the points as one feature: a collection of two geometries."""
    dots = {"type": "MultiPoint", "coordinates": homes}
    shape = outline or _around(homes)
    geometries = [dots] if shape is None else [shape, dots]
    collected = {"type": "GeometryCollection", "geometries": geometries}
    return geojson.feature(collected, name=name, number=number, homes=len(homes))


def _around(homes: Points) -> dict[str, Any] | None:
    ring = polygons.hull(homes)
    return {"type": "Polygon", "coordinates": [ring]} if ring else None
