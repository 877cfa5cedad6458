"""Sunset and dusk against what almanacs and institutes published."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import daylight

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HANOI, SAIGON = (21.0285, 105.8542), (10.7769, 106.7009)
BANGKOK, LONDON = (13.7563, 100.5018), (51.5074, -0.1278)


def minutes(found: int | None) -> float:
    assert found is not None
    return found / 60


@pytest.mark.parametrize(
    ("place", "zone", "day", "told"),
    [
        # National Astronomical Research Institute of Thailand, for Bangkok
        (BANGKOK, "Asia/Bangkok", date(2023, 6, 21), 18 * 60 + 47),
        (BANGKOK, "Asia/Bangkok", date(2018, 12, 22), 17 * 60 + 56),
        # Finnish Meteorological Institute
        (LONDON, "Europe/London", date(2015, 12, 22), 15 * 60 + 53),
    ],
)
def test_the_sun_sets_when_it_was_published_to(
    place: tuple[float, float], zone: str, day: date, told: int
) -> None:
    found = daylight.sinks(day, place[0], place[1], ZoneInfo(zone), daylight.SUNSET)
    assert minutes(found) == pytest.approx(told, abs=2)


def test_the_latest_sunset_of_hanoi_is_the_published_one() -> None:
    """18:42 in midsummer (worlddata.info, the time zone of Vietnam)."""
    days = [date(2023, 6, 1) + timedelta(days=n) for n in range(61)]
    latest = max(
        minutes(daylight.sinks(day, HANOI[0], HANOI[1], VIETNAM, daylight.SUNSET)) for day in days
    )
    assert latest == pytest.approx(18 * 60 + 42, abs=2)


@given(st.dates(date(2025, 1, 1), date(2035, 12, 31)))
def test_dusk_comes_between_twenty_and_thirty_minutes_after_sunset_in_vietnam(day: date) -> None:
    for place in (HANOI, SAIGON):
        sunset = minutes(daylight.sinks(day, *place, VIETNAM, daylight.SUNSET))
        dusk = minutes(daylight.sinks(day, *place, VIETNAM))
        assert 20 < dusk - sunset < 30
        assert 17 * 60 < sunset < 19 * 60


def test_saigon_has_longer_winter_days_than_hanoi_and_shorter_summer_days() -> None:
    winter, summer = date(2026, 12, 22), date(2026, 6, 21)
    assert minutes(daylight.sinks(winter, *SAIGON, VIETNAM)) > minutes(
        daylight.sinks(winter, *HANOI, VIETNAM)
    )
    assert minutes(daylight.sinks(summer, *SAIGON, VIETNAM)) < minutes(
        daylight.sinks(summer, *HANOI, VIETNAM)
    )


def test_where_the_sun_does_not_sink_there_is_no_dusk() -> None:
    assert daylight.sinks(date(2026, 6, 21), 69.6, 18.9, ZoneInfo("Europe/Oslo")) is None
