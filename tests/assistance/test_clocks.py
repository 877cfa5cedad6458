"""Deadlines follow from steps: never before their start, in local days, undone steps left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.assistance import clocks
from outreach.assistance.catalogue import programmes
from outreach.assistance.clocks import Facts
from outreach.assistance.definitions import DayUnit, Programme
from outreach.assistance.models import ClockKind, Evidence, Step
from outreach.core.working_days import DayKind

NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
VNEID, DEVICE = programmes()["vneid_l2"], programmes()["device_2g4g"]


def facts(state: str, began: dict[str, str] | None = None, **given: Any) -> Facts:
    at = datetime(2026, 2, 13, 2, tzinfo=UTC)
    usual: dict[str, Any] = {"stopped": False, "typed": {}, "moved_at": at, "seen_at": at}
    return Facts(state=state, began=began or {}, **(usual | given))


def days(programme: Programme, case: Facts, **declared: DayKind) -> dict[str, tuple[str, str]]:
    calendar = {date.fromisoformat(day.replace("_", "-")[1:]): k for day, k in declared.items()}
    found = clocks.running(programme, case, zone=ZONE, calendar=calendar)
    return {one.code: (one.warn_on.isoformat(), one.due_on.isoformat()) for one in found}


def test_three_working_days_after_friday_13_february_skip_tet() -> None:
    case = facts("captured", {"notice": "2026-02-13"})
    assert days(VNEID, case)["notice"][1] == "2026-02-25"


def test_a_day_declared_free_moves_a_deadline_in_working_days() -> None:
    case = facts("captured", {"notice": "2026-02-13"})
    moved = days(VNEID, case, _2026_02_24=DayKind.HOLIDAY)["notice"]
    assert moved[1] == "2026-02-26"


def test_a_sim_swapped_on_day_0_is_red_on_day_25_blocked_on_30_and_lost_on_35() -> None:
    day_0 = date(2026, 3, 1)
    began = {"face_check": day_0.isoformat(), "line_lost": day_0.isoformat()}
    found = days(DEVICE, facts("sim_in_new_device", began))

    def day(number: int) -> str:
        return (day_0 + timedelta(days=number)).isoformat()

    assert found["face_check"] == (day(25), day(30))
    assert found["line_lost"] == (day(30), day(35))
    assert DEVICE.clocks["face_check"].then == "two_way_blocked"
    assert DEVICE.clocks["line_lost"].then == "line_lost"


def test_activation_is_due_seven_calendar_days_after_the_notice() -> None:
    found = days(VNEID, facts("notice_received", {"activate": "2026-02-13"}))
    assert found == {"activate": ("2026-02-17", "2026-02-20")}


def test_who_did_it_alone_is_asked_after_seven_days_and_then_after_thirty() -> None:
    start = datetime(2026, 3, 1, 2, tzinfo=UTC)
    case = facts("in_use", moved_at=start, seen_at=start)
    assert days(VNEID, case) == {"follow_up_7d": ("2026-03-06", "2026-03-08")}
    asked = replace(case, seen_at=start + timedelta(days=6))
    assert days(VNEID, asked) == {"follow_up_30d": ("2026-03-26", "2026-03-31")}
    assert days(VNEID, replace(case, seen_at=start + timedelta(days=31))) == {}


def test_a_case_nobody_touches_is_stuck_sooner_where_something_is_lost() -> None:
    assert clocks.idle_days(VNEID, "locked") == clocks.URGENT_IDLE
    assert clocks.idle_days(VNEID, "appointment_set") == 30
    assert clocks.idle_days(programmes()["bank_account"], "submitted") == 45
    assert clocks.idle_days(VNEID, "activated") is None  # has it: left in peace
    assert clocks.idle_days(DEVICE, "declined") is None


def test_a_typed_due_date_is_taken_from_the_slip() -> None:
    clock = replace(VNEID.clocks["notice"], days=None, field="due_at")
    programme = replace(VNEID, clocks={"notice": clock})
    assert "notice" not in days(programme, facts("captured"))
    assert "notice" not in days(programme, facts("captured", typed={"due_at": "mai"}))
    found = days(programme, facts("captured", typed={"due_at": "2026-03-09"}))
    assert found["notice"] == ("2026-03-06", "2026-03-09")  # Monday; one working day before


def test_no_clock_is_without_an_owner_and_every_then_can_be_recorded() -> None:
    for programme in programmes().values():
        for clock in programme.clocks.values():
            assert clock.owner
            assert clock.then is None or any(
                clock.then in programme.states[code].next for code in clock.states
            )


steps_of = st.lists(
    st.tuples(
        st.integers(0, 9),  # which move
        st.datetimes(NEW_YEAR, NEW_YEAR.replace(month=12), timezones=st.just(UTC)),
        st.sampled_from([False, False, False, True]),  # stopped
    ),
    min_size=1,
    max_size=12,
)


def walked(programme: Programme, told) -> list[Step]:
    """A possible history from where a clock runs on: moves as defined, or seen again."""
    begins = sorted(code for clock in programme.clocks.values() for code in clock.states)
    state, found = None, []
    for pick, at, stopped in told:
        ways = (state, *programme.states[state].next) if state else begins or programme.opens
        state = ways[pick % len(ways)]
        found.append(
            Step(
                to_state=state,
                happened_at=at,
                stop_reason="refused" if stopped else None,
                evidence=Evidence.OBSERVED,
            )
        )
    return found


@given(st.sampled_from(sorted(programmes())), steps_of, st.sampled_from(
    ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns"]
))  # fmt: skip
def test_no_deadline_is_before_its_start_whatever_the_history_and_the_zone(
    code: str, told, zone_name: str
) -> None:
    zone, programme = ZoneInfo(zone_name), programmes()[code]
    found = walked(programme, told)
    # as services do it step by step, and as a recomputation does it from the whole
    stepwise: dict[str, str] = {}
    for step in found:
        stepwise = clocks.began(programme, stepwise, step, zone)
    assert stepwise == clocks.began_after(programme, found, zone)
    last = found[-1]
    case = Facts(
        last.to_state, last.stop_reason is not None, {}, stepwise, last.happened_at,
        max(step.happened_at for step in found),
    )  # fmt: skip
    running = clocks.running(programme, case, zone=zone, calendar={})
    assert not (running and last.stop_reason)
    for one in running:
        assert one.starts_on <= one.warn_on <= one.due_on
        assert one.owner
        if one.kind is ClockKind.DEADLINE:
            clock = programme.clocks[one.code]
            entered = _entered(found, clock.states)
            assert one.starts_on == entered.happened_at.astimezone(zone).date()
            if clock.unit is DayUnit.CALENDAR:
                assert (one.due_on - one.starts_on).days == clock.days


def _entered(found: list[Step], states: frozenset[str]) -> Step:
    """The step that came into the states it has not left since."""
    at = len(found) - 1
    while at > 0 and found[at - 1].to_state in states:
        at -= 1
    return found[at]


def test_seeing_a_state_again_moves_no_deadline() -> None:
    days_ = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in (1, 4)]
    steps = [Step(to_state="notice_received", happened_at=at) for at in days_]
    assert clocks.began_after(VNEID, steps, ZONE) == {"activate": "2026-03-01"}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 1, 16, 59, tzinfo=UTC), "2026-03-01"),  # 23:59 in Ho Chi Minh City
        (datetime(2026, 3, 1, 17, 0, tzinfo=UTC), "2026-03-02"),  # midnight
    ],
)
def test_a_day_begins_at_midnight_where_the_teams_work(at: datetime, day: str) -> None:
    step = Step(to_state="notice_received", happened_at=at)
    assert clocks.began(VNEID, {}, step, ZONE) == {"activate": day}
