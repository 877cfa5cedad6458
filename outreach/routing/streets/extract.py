"""Reads from an OpenStreetMap extract the ways that people may walk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Kinds of way that carry walkers unless their tags say otherwise. Trunk roads are among them:
#: along Vietnam's numbered roads people live and walk.
WALKED = frozenset(
    {
        *("trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
        *("tertiary", "tertiary_link", "unclassified", "residential", "living_street"),
        *("service", "road", "pedestrian", "footway", "path", "steps", "track", "corridor"),
        "platform",
    }
)
#: Made for others: walkers are let in where a sign says so.
_OTHERS = frozenset({"cycleway", "bridleway"})
_YES = frozenset({"yes", "designated", "permissive", "official"})
_NO = frozenset({"no", "private", "use_sidepath", "discouraged"})


class BadExtract(ValueError):
    """The file cannot be used; the message is a sentence."""


@dataclass(frozen=True)
class Ways:
    """Polylines one after the other: node numbers and coordinates, and where each way begins."""

    nodes: NDArray[np.int64]
    points: NDArray[np.float64]
    #: Index of the first node of each way, and one past the last node of all.
    first: NDArray[np.int64]


def walkable(tags: Mapping[str, str]) -> bool:
    """Whether people on foot may use a way with these tags."""
    kind, foot = tags.get("highway"), tags.get("foot")
    if kind in _OTHERS:
        return foot in _YES
    if kind not in WALKED or tags.get("motorroad") == "yes":
        return False
    if foot is not None:
        return foot not in _NO
    return tags.get("access") not in _NO


def read(path: Path) -> Ways:
    """The walkable ways of an extract. Raises BadExtract with a sentence."""
    try:
        parts = list(_ways(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise BadExtract(f"{path} cannot be read as an OpenStreetMap extract: {error}.") from error
    if not parts:
        raise BadExtract(f"{path} holds no street that people may walk.")
    rows = np.concatenate(parts)
    lengths = np.array([len(part) for part in parts])
    return Ways(
        nodes=rows["node"].astype(np.int64),
        points=np.stack([rows["lat"], rows["lon"]], axis=1),
        first=np.concatenate([[0], np.cumsum(lengths)]),
    )


_ROW = np.dtype([("node", "i8"), ("lat", "f8"), ("lon", "f8")])


def _ways(path: Path) -> Iterator[np.ndarray[tuple[int], np.dtype[np.void]]]:
    import osmium

    if not path.is_file():
        raise OSError("there is no such file")
    found = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for way in found:
        if isinstance(way, osmium.osm.Way) and walkable(dict(way.tags)):
            rows = [(n.ref, n.lat, n.lon) for n in way.nodes if n.location.valid()]
            if len(rows) > 1:
                yield np.array(rows, _ROW)
