"""Tiny OpenStreetMap extracts, written for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from tests.factories.rounds import METRE, MIDDLE

#: A way: the nodes it goes along, and its tags.
Drawn = tuple[Sequence[int], Mapping[str, str]]
STREET = {"highway": "residential"}


def write(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[Drawn],
    *,
    date: str | None = None,
) -> Path:
    """An extract with these nodes (latitude, longitude); `date` is what its header says."""
    header = osmium.io.Header()
    if date:
        header.set("osmosis_replication_timestamp", f"{date}T20:21:22Z")
    writer = osmium.SimpleWriter(str(path), header=header, overwrite=True)
    for number, (lat, lon) in nodes.items():
        writer.add_node(Node(id=number, location=(lon, lat), version=1))
    for number, (along, tags) in enumerate(ways, start=1):
        writer.add_way(Way(id=number, nodes=list(along), tags=dict(tags), version=1))
    writer.close()
    return path


def spot(east: float, north: float) -> tuple[float, float]:
    """So many metres from the middle where test homes stand."""
    return MIDDLE[0] + north * METRE, MIDDLE[1] + east * METRE * 1.0184


def comb(path: Path, *, teeth: int = 12, apart: float = 60, date: str = "2026-11-20") -> Path:
    """Dead-end alleys 120 m long, one before each home of a row, joined by a street below them.

    Homes `apart` metres from each other are 240 m of walking farther than the line between them.
    """
    nodes, ways = {}, []
    for n in range(teeth):
        nodes[2 * n + 1] = spot(n * apart, 0)
        nodes[2 * n + 2] = spot(n * apart, -120)
        ways.append(([2 * n + 1, 2 * n + 2], {"highway": "service"}))
    ways.append(([2 * n + 2 for n in range(teeth)], STREET))
    return write(path, nodes, ways, date=date)
