from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.insights import rules
from outreach.insights.rules import Need, Progress

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 21)
EIGHT, ELEVEN = 8 * 60, 11 * 60


def progress(**facts: int | None) -> Progress:
    usual: dict[str, int | None] = {
        "starts": EIGHT,
        "ends": ELEVEN,
        "planned": 12,
        "due": 0,
        "done": 0,
        "wrong_address": 0,
        "refused": 0,
        "last_report": None,
    }
    return Progress(**(usual | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param({}, EIGHT + 29, (), id="the first half hour is for getting there"),
        pytest.param({}, EIGHT + 30, (Need.NOT_STARTED,), id="then somebody should ask"),
        pytest.param(
            {"done": 4, "last_report": EIGHT + 40},
            EIGHT + 85,
            (),
            id="a talk takes a while",
        ),
        pytest.param(
            {"done": 4, "last_report": EIGHT + 40},
            EIGHT + 86,
            (Need.SILENT,),
            id="longer is silence",
        ),
        pytest.param(
            {"done": 4, "due": 7, "last_report": EIGHT + 60},
            EIGHT + 70,
            (Need.BEHIND,),
            id="three homes behind",
        ),
        pytest.param(
            {"done": 4, "due": 6, "last_report": EIGHT + 60}, EIGHT + 70, (), id="two are no matter"
        ),
        pytest.param(
            {"done": 11, "last_report": EIGHT + 170},
            ELEVEN + 1,
            (Need.UNFINISHED,),
            id="the hours are over, a home is not",
        ),
        pytest.param(
            {"done": 12, "last_report": EIGHT + 90}, ELEVEN + 600, (), id="all done is all done"
        ),
        pytest.param(
            {"done": 12, "wrong_address": 1, "refused": 2, "last_report": EIGHT},
            EIGHT + 5,
            (Need.WRONG_ADDRESS, Need.REFUSED),
            id="what happened at a door matters whatever the time",
        ),
    ],
)
def test_a_route_asks_for_its_leader_for_a_reason(
    facts: dict[str, int | None], now: int, expected: tuple[Need, ...]
) -> None:
    assert rules.needs(progress(**facts), now) == expected


@given(
    planned=st.integers(0, 60),
    share=st.floats(0, 1),
    now=st.integers(-1440, 4320),
    last=st.none() | st.integers(EIGHT, ELEVEN),
)
def test_a_finished_route_never_asks_about_time(
    planned: int, share: float, now: int, last: int | None
) -> None:
    finished = progress(planned=planned, done=planned, due=planned, last_report=last)
    assert rules.needs(finished, now) == ()
    open_ = progress(planned=planned, done=int(planned * share), due=planned, last_report=last)
    assert len(set(rules.needs(open_, now))) == len(rules.needs(open_, now))


def test_a_period_is_whole_days_where_the_teams_work() -> None:
    period = rules.period(DAY, DAY, today=DAY, zone=ZONE)
    assert period.begins == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert period.ends - period.begins == timedelta(days=1)


def test_without_days_a_period_is_this_month_until_today() -> None:
    period = rules.period(None, None, today=DAY, zone=ZONE)
    assert (period.first, period.last) == (date(2026, 11, 1), DAY)


def test_swapped_days_are_put_in_order_and_a_century_is_cut_short() -> None:
    swapped = rules.period(DAY, date(2026, 11, 1), today=DAY, zone=ZONE)
    assert (swapped.first, swapped.last) == (date(2026, 11, 1), DAY)
    long = rules.period(date(1926, 1, 1), DAY, today=DAY, zone=ZONE)
    assert long.last - long.first == rules.LONGEST


@given(first=st.none() | st.dates(), last=st.none() | st.dates(), today=st.dates())
def test_any_days_make_a_period(first: date | None, last: date | None, today: date) -> None:
    period = rules.period(first, last, today=today, zone=ZONE)
    assert period.first <= period.last
    assert period.begins < period.ends
