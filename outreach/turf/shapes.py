"""Territories as GeoJSON: for the map, for a proposal's map, and as a file for elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import orm

from outreach.core.i18n import gettext as _
from outreach.routing.outlines import around
from outreach.routing.tracing import Outline
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import geojson, queries
from outreach.turf.models import TurfCut

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A territory to be drawn."""

    number: int
    name: str
    #: As it was drawn, a MultiPolygon.
    outline: dict[str, Any] | None
    homes: Points


def called(number: int, name: str) -> str:
    """What a territory is called."""
    return name or _("Turf %(number)s", number=number)


def of_team(session: orm.Session, team: Team) -> dict[str, Any]:
    """For each territory its shape with name and colour, and its homes as points."""
    return _with_homes(_pieces(session, team))


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
    pieces = _pieces(session, team)
    return geojson.collection(
        [
            geojson.feature(shape, name=piece.name, number=piece.number)
            for piece, shape in zip(pieces, _shapes(pieces), strict=True)
            if shape is not None
        ]
    )


def of_cut(session: orm.Session, cut: TurfCut) -> dict[str, Any]:
    """The same as `of_team` for a proposal."""
    turfs: Sequence[Mapping[str, Any]] = cut.content["turfs"]
    where = queries.places(session, [UUID(home) for turf in turfs for home in turf["homes"]])
    return _with_homes(
        [
            _Piece(
                turf["number"],
                called(turf["number"], turf["name"]),
                turf["outline"],
                [where[home] for home in map(UUID, turf["homes"]) if home in where],
            )
            for turf in turfs
        ]
    )


def _pieces(session: orm.Session, team: Team) -> list[_Piece]:
    where: dict[UUID, Points] = defaultdict(list)
    for point in queries.points(session, team):
        where[point.turf_id].append((point.longitude, point.latitude))
    return [
        _Piece(turf.number, called(turf.number, turf.name), turf.outline, where[turf.id])
        for turf in queries.turfs_of(session, team)
    ]


def _with_homes(pieces: Sequence[_Piece]) -> dict[str, Any]:
    """Each one's shape and points as one feature: a collection of two geometries."""
    step = -(-sum(len(piece.homes) for piece in pieces) // queries.MOST_POINTS) or 1
    features = []
    for piece, shape in zip(pieces, _shapes(pieces), strict=True):
        dots = {"type": "MultiPoint", "coordinates": piece.homes[::step]}
        collected = {
            "type": "GeometryCollection",
            "geometries": [dots] if shape is None else [shape, dots],
        }
        said = {"name": piece.name, "number": piece.number, "homes": len(piece.homes)}
        features.append(geojson.feature(collected, **said))
    return geojson.collection(features)


def _shapes(pieces: Sequence[_Piece]) -> list[dict[str, Any] | None]:
    """What was drawn; of the others the ground nearest to their homes that none was drawn over."""
    drawn = [piece.outline for piece in pieces if piece.outline]
    found: dict[int, Outline] = {}
    if len(drawn) < len(pieces):
        homes = [(n, spot) for n, piece in enumerate(pieces) for spot in piece.homes]
        taken = [polygon for outline in drawn for polygon in outline["coordinates"]]
        found = around([spot for _n, spot in homes], [n for n, _spot in homes], taken)
    return [
        piece.outline or ({"type": "MultiPolygon", "coordinates": found[n]} if n in found else None)
        for n, piece in enumerate(pieces)
    ]
