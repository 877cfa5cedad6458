"""Puts homes on the street: the nearest point of a way that people can walk to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from outreach.routing.streets.graph import Floats, Ints, Streets, metres

#: A long straight way is looked for by points on it, this many metres apart.
_SAMPLE_M = 25.0
#: So many of them are measured exactly.
_NEAREST = 24
#: An address stands amid its plot: so many metres from the street to it are the plot's, part of
#: the visit. OSRM and Valhalla count no steps at all from the street to a door; a plan of
#: p2_streets that counts all of them wins 0.94 of what is to be won there, this way 0.97.
_PLOT_M = 50.0
#: Streets farther from all homes than this are not looked at.
MARGIN_M = 2_000.0


@dataclass(frozen=True)
class Doors:
    """Homes on the street: which piece, how far along it, and how far they are from it."""

    piece: Ints
    along: Floats
    access: Floats

    @property
    def steps(self) -> Floats:
        """Metres to walk from the street to each plot."""
        return np.maximum(0.0, self.access - _PLOT_M)


def near(streets: Streets, points: ArrayLike, margin: float = MARGIN_M) -> Streets:
    """The streets around these points; all of them where none is around."""
    spots = np.asarray(points, np.float64).reshape(-1, 2)
    origin = spots.mean(axis=0)
    around, bends = metres(spots, origin), metres(streets.points, origin)
    inside = (bends >= around.min(axis=0) - margin) & (bends <= around.max(axis=0) + margin)
    touched = np.logical_or.reduceat(inside.all(axis=1), streets.first)
    if not touched.any() or touched.all():
        return streets
    count = (streets.last - streets.first + 1)[touched]
    ends = np.cumsum(count)
    kept = np.repeat(touched, streets.last - streets.first + 1)
    both = np.r_[streets.tail[touched], streets.head[touched]]
    crossing = np.unique(both, return_inverse=True)[1].astype(np.int64)
    return Streets(
        points=streets.points[kept],
        along=streets.along[kept],
        first=ends - count,
        last=ends - 1,
        tail=crossing[: len(count)],
        head=crossing[len(count) :],
        share=streets.share,
    )


def snap(streets: Streets, points: ArrayLike) -> Doors:
    """The nearest place on a street for each (lat, lon) point."""
    spots = np.asarray(points, np.float64).reshape(-1, 2)
    origin = spots.mean(axis=0)
    homes, bends = metres(spots, origin), metres(streets.points, origin)
    begins = np.ones(len(bends), np.bool_)
    begins[streets.last] = False
    from_bend = np.flatnonzero(begins)
    piece_of = np.repeat(np.arange(len(streets.first)), streets.last - streets.first + 1)
    segment = _nearby(bends, from_bend, homes)
    a, b = bends[from_bend[segment]], bends[from_bend[segment] + 1]
    whole = ((b - a) ** 2).sum(axis=2)
    share = ((homes[:, None] - a) * (b - a)).sum(axis=2) / np.maximum(whole, 1e-9)
    share = np.clip(share, 0.0, 1.0)
    apart = np.linalg.norm(a + share[..., None] * (b - a) - homes[:, None], axis=2)
    best = apart.argmin(axis=1)
    row = np.arange(len(homes))
    bend = from_bend[segment[row, best]]
    step = streets.along[bend + 1] - streets.along[bend]
    return Doors(
        piece=piece_of[bend].astype(np.int64),
        along=streets.along[bend] + share[row, best] * step,
        access=apart[row, best],
    )


def _nearby(bends: Floats, from_bend: Ints, homes: Floats) -> Ints:
    """Segments (columns) that may be the nearest to each home (row)."""
    a, b = bends[from_bend], bends[from_bend + 1]
    parts = np.maximum(1, np.ceil(np.linalg.norm(b - a, axis=1) / _SAMPLE_M)).astype(np.int64)
    owner = np.repeat(np.arange(len(a)), parts)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    samples = a[owner] + ((nth + 0.5) / parts[owner])[:, None] * (b - a)[owner]
    count = min(_NEAREST, len(samples))
    _, found = cKDTree(samples).query(homes, k=count)
    segments: Ints = owner[np.asarray(found, np.int64).reshape(len(homes), count)]
    return segments
