"""GeoJSON (RFC 7946) in and out: what people drew elsewhere, and our territories for elsewhere."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.text import clean_lines
from outreach.routing import polygons

MOST_BYTES = 2_000_000
MOST_SHAPES = 200
MOST_VERTICES = 20_000
#: A ring has at least so many positions, the last one being the first again.
_SHORTEST_RING = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """One polygon, or several that are one territory."""

    name: str
    #: Rings of (lon, lat).
    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]

    @property
    def geometry(self) -> dict[str, Any]:
        """As GeoJSON."""
        return {"type": "MultiPolygon", "coordinates": self.polygons}


def read(content: bytes) -> list[Shape]:
    """The shapes of a file, in its order. Raises `Refusal` with what is wrong, in words."""
    if len(content) > MOST_BYTES:
        raise Refusal(_("The file is larger than 2 MB."))
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refusal(_("This is not a GeoJSON file: it cannot be read as JSON.")) from error
    shapes = [
        _shape(number, feature, geometry)
        for number, (feature, geometry) in enumerate(_features(said), start=1)
    ]
    if not shapes:
        raise Refusal(_("The file has no polygon in it."))
    if len(shapes) > MOST_SHAPES:
        raise Refusal(_("The file has more than %(n)s polygons.", n=MOST_SHAPES))
    if sum(len(r) for s in shapes for p in s.polygons for r in p) > MOST_VERTICES:
        raise Refusal(_("The polygons have more than %(n)s corners.", n=MOST_VERTICES))
    return shapes


def written(text: str) -> list[Shape]:
    """Shapes from corners, a line each as maps tell them ("10.9068, 106.7694": latitude first).

    An empty line begins the next shape, a line that begins with "#" names it. Raises `Refusal`.
    """
    names: list[str] = [""]
    rings: list[list[list[float]]] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if (not said or said.startswith("#")) and rings[-1]:
            names.append("")
            rings.append([])
        if said.startswith("#"):
            names[-1] = said.lstrip("# ")[:80]
        elif said:
            rings[-1].append(_corner(number, said))
    drawn = [(name, ring) for name, ring in zip(names, rings, strict=True) if ring]
    if not drawn:
        raise Refusal(_("Nothing is drawn yet."))
    if sum(len(ring) for _name, ring in drawn) > MOST_VERTICES or len(drawn) > MOST_SHAPES:
        raise Refusal(_("The polygons have more than %(n)s corners.", n=MOST_VERTICES))
    return [
        Shape(name, ((_ring(number, [*ring, ring[0]]),),))
        for number, (name, ring) in enumerate(drawn, start=1)
    ]


def _corner(number: int, said: str) -> list[float]:
    """[lon, lat] from a line."""
    try:
        lat, lon = (float(part) for part in re.split(r"[,;\s]+", said.strip(" ,;")))
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise Refusal(
            _(
                "Line %(n)s is no place: write latitude, then longitude, as in 10.9068, 106.7694.",
                n=number,
            )
        )
    return [lon, lat]


def _features(said: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(feature, geometry) pairs of a collection, a feature or a bare geometry."""
    kind = said.get("type") if isinstance(said, dict) else None
    if kind == "FeatureCollection" and isinstance(said.get("features"), list):
        found = said["features"]
    elif kind == "Feature":
        found = [said]
    elif kind in {"Polygon", "MultiPolygon"}:
        found = [{"geometry": said}]
    else:
        raise Refusal(
            _("This is JSON, but not GeoJSON with polygons: a FeatureCollection is expected.")
        )
    for number, feature in enumerate(found, start=1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in {
            "Polygon",
            "MultiPolygon",
        }:
            raise Refusal(_("Shape %(n)s is no polygon. Leave points and lines out.", n=number))
        yield feature, geometry


def _shape(number: int, feature: Mapping[str, Any], geometry: Mapping[str, Any]) -> Shape:
    coordinates = geometry.get("coordinates")
    many = [coordinates] if geometry["type"] == "Polygon" else coordinates
    properties = feature.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(many, list) or not many:
        raise _damaged(number)
    return Shape(
        name=clean_lines(str(name or "")).replace("\n", " ")[:80],
        polygons=tuple(_polygon(number, polygon) for polygon in many),
    )


def _damaged(number: int) -> Refusal:
    return Refusal(_("Shape %(n)s is damaged: its coordinates cannot be read.", n=number))


def _polygon(number: int, said: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
    if not isinstance(said, list) or not said:
        raise _damaged(number)
    return tuple(_ring(number, ring) for ring in said)


def _ring(number: int, said: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(said, list):
        raise _damaged(number)
    ring = tuple(_position(number, position) for position in said)
    if len(ring) < _SHORTEST_RING:
        raise Refusal(_("Shape %(n)s has too few corners to be a polygon.", n=number))
    if ring[0] != ring[-1]:
        raise Refusal(_("Shape %(n)s is not closed: its last corner must be its first.", n=number))
    if len(ring) <= MOST_VERTICES and polygons.crosses_itself(ring):
        raise Refusal(_("The border of shape %(n)s crosses itself.", n=number))
    return ring


def _position(number: int, said: Any) -> tuple[float, float]:
    try:
        lon, lat = float(said[0]), float(said[1])
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise _damaged(number) from error
    if abs(lat) > 90 and abs(lon) <= 90:
        raise Refusal(
            _("Shape %(n)s has latitude first. GeoJSON writes longitude first.", n=number)
        )
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise Refusal(
            _(
                "Shape %(n)s is not in degrees of longitude and latitude. Export it in WGS 84"
                " (EPSG:4326).",
                n=number,
            )
        )
    return lon, lat


def collection(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Features as a file."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: Mapping[str, Any] | None, **properties: Any) -> dict[str, Any]:
    """One feature; without a geometry it is unlocated, as the format allows."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}
