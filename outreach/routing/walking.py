"""Walking times between points when no street graph is at hand: straight line x detour factor."""

import math

import numpy as np
from numpy.typing import ArrayLike

from outreach.routing.problem import Walks

EARTH_RADIUS_M = 6_371_009.0
#: Alleys against straight lines: median 1.32-1.34 in Ho Chi Minh City and Liechtenstein
#: (`../shared/planning/README.md` §5). Short hops are far worse (p90 of 3 to 5 under 150 m), so a
#: plan made on this must say so and keep slack before it promises appointments.
DETOUR_FACTOR = 1.35
SPEED_MPS = 1.2
#: Rows worked at once: bounds the float64 scratch to some tens of megabytes at 50,000 points.
_ROWS = 512


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Metres of the straight line between two points in degrees."""
    half = (
        math.sin(math.radians(lat_a - lat_b) / 2) ** 2
        + math.cos(math.radians(lat_a))
        * math.cos(math.radians(lat_b))
        * math.sin(math.radians(lon_a - lon_b) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


def walk_matrix(
    points: ArrayLike, detour_factor: float = DETOUR_FACTOR, speed_mps: float = SPEED_MPS
) -> Walks:
    """Walking seconds between all (lat, lon) points in degrees, rounded up; the diagonal is 0."""
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(degrees).all():
        raise ValueError("every point needs a latitude and a longitude")
    if detour_factor <= 0 or speed_mps <= 0:
        raise ValueError("detour factor and walking speed must be above zero")
    lat, lon = np.radians(degrees).T
    walks = np.empty((len(lat), len(lat)), dtype=np.int32)
    for top in range(0, len(lat), _ROWS):
        rows = slice(top, top + _ROWS)
        half = (
            np.sin((lat[rows, None] - lat) / 2) ** 2
            + np.cos(lat[rows, None]) * np.cos(lat) * np.sin((lon[rows, None] - lon) / 2) ** 2
        )
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
        walks[rows] = np.ceil(metres * detour_factor / speed_mps)
    return walks
