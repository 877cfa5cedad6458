"""Route lines to draw: along the streets from door to door, simplified, and packed small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from outreach.routing.streets import cache, graph, tables
from outreach.routing.streets.graph import Floats

#: What may be left out of a line: bends that are less than so many metres off it.
TOLERANCE_M = 2.0
#: Units a degree in a packed line: about a metre.
_GRID = 1e5
#: Added to a known distance, so that rounding does not hide the way.
_SLACK_M = 5.0


def along(
    source: cache.Source, routes: Sequence[ArrayLike], ward: str = ""
) -> list[list[tuple[float, float]]]:
    """For each route of (lat, lon) points, the line through them that people walk.

    A straight piece where no way is known. What was measured for the ward bounds each search, so
    that forty routes are drawn in a second or two.
    """
    stops = [cache.rounded(route) for route in routes]
    everything = np.concatenate([np.zeros((0, 2)), *stops])
    if not len(everything):
        return [[] for _ in stops]
    town = tables.town(cache.around(source, everything, ward), everything)
    drawn, top = [], 0
    for route in stops:
        drawn.append(_drawn(source, town, route, top, ward))
        top += len(route)
    return drawn


def _drawn(
    source: cache.Source, town: tables.Town, route: Floats, top: int, ward: str
) -> list[tuple[float, float]]:
    """One route; its first point is the town's door number `top`."""
    known = cache.measured(source, route, ward)
    doors = np.arange(top, top + len(route))
    steps = town.doors.steps[doors]
    # two homes of one house: nothing lies between them, so their doors' ways are not in it either
    gaps = [
        max(0.0, known.metres[n, n + 1] - steps[n] - steps[n + 1]) + _SLACK_M
        for n in range(len(route) - 1)
    ]
    legs = tables.line(town, doors, gaps)
    homes: list[tuple[float, float]] = [(float(lat), float(lon)) for lat, lon in route]
    line = homes[:1]
    for leg, (_a, b) in zip(legs, pairwise(homes), strict=True):
        line += [*leg, b]
    return simplified(line)


def simplified(
    line: Sequence[tuple[float, float]], tolerance: float = TOLERANCE_M
) -> list[tuple[float, float]]:
    """The line without bends that nobody would see (Douglas-Peucker); its ends stay."""
    if len(line) < 3:
        return list(line)
    plane = graph.metres(np.array(line), np.array(line).mean(axis=0))
    kept = np.zeros(len(line), np.bool_)
    kept[0] = kept[-1] = True
    parts = [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        off = _off(plane[first + 1 : last], plane[first], plane[last])
        worst = int(off.argmax())
        if off[worst] > tolerance:
            middle = first + 1 + worst
            kept[middle] = True
            parts += [(first, middle), (middle, last)]
    return [line[int(n)] for n in np.flatnonzero(kept)]


def _off(points: Floats, a: Floats, b: Floats) -> Floats:
    """Metres of each point from the straight piece a-b."""
    along_m = b - a
    share = ((points - a) @ along_m) / max(float(along_m @ along_m), 1e-9)
    foot = a + np.clip(share, 0.0, 1.0)[:, None] * along_m
    off: Floats = np.linalg.norm(points - foot, axis=1)
    return off


def packed(line: Sequence[tuple[float, float]]) -> list[int]:
    """The line as whole numbers: its first point in 1e-5 degrees, then each step from the last."""
    if not line:
        return []
    grid = np.round(np.array(line) * _GRID).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    moved = [n for n, step in enumerate(steps) if not n or step.any()]
    packed_line: list[int] = steps[moved].ravel().tolist()
    return packed_line
