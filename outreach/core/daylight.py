"""When the sun goes down and when it is dark, from a place and a day alone.

The solar equations of the Global Monitoring Laboratory of NOAA ("General Solar Position
Calculations", https://gml.noaa.gov/grad/solcalc/solareqns.PDF): within a minute or two between the
polar circles. Hills and houses are not known to it, so an alley is dark earlier.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from math import acos, cos, degrees, pi, radians, sin, tan
from zoneinfo import ZoneInfo

#: Degrees from the zenith: the upper edge is on the horizon, refraction counted.
SUNSET = 90.833
#: The sun is 6 degrees below the horizon: without a lamp one no longer sees the ground (civil
#: twilight is over).
DUSK = 96.0


def sinks(
    day: date, latitude: float, longitude: float, zone: ZoneInfo, depth: float = DUSK
) -> int | None:
    """Seconds of the local day at which the sun is so low in the evening; None: not that day."""
    noon = datetime.combine(day, time(12), zone)
    year = radians(360.0) * (noon.timetuple().tm_yday - 1 + 0.25) / _days(day.year)
    north = _declination(year)
    far = cos(radians(depth)) / (cos(radians(latitude)) * cos(north))
    far -= tan(radians(latitude)) * tan(north)
    if not -1.0 <= far <= 1.0:
        return None
    minutes = 720.0 - 4.0 * (longitude - degrees(acos(far))) - _equation_of_time(year)
    midnight = datetime.combine(day, time.min, UTC)
    begins = datetime.combine(day, time.min, zone)
    return round((midnight + timedelta(minutes=minutes) - begins).total_seconds())


def _days(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _equation_of_time(year: float) -> float:
    """Minutes by which a sundial is ahead of a clock."""
    return 229.18 * (
        0.000075
        + 0.001868 * cos(year)
        - 0.032077 * sin(year)
        - 0.014615 * cos(2 * year)
        - 0.040849 * sin(2 * year)
    )


def _declination(year: float) -> float:
    """How far north of the equator the sun stands, in radians; `year` goes from 0 to 2π."""
    assert 0 <= year <= 2 * pi + 0.1
    return (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
