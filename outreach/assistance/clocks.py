"""Which deadlines run for a case and on which days they fall due, told by its steps. Pure.

A day is a day where the teams work. A deadline counts from the day the case came into the first of
the clock's states; seeing a state again, or stopping for a while, does not move it. Two kinds
follow from every definition without being written into it: asking again 7 and 30 days after
somebody did it alone, and a case that nobody has touched for too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.assistance.definitions import Clock, DayUnit, Owner, Programme, Rung
from outreach.assistance.models import ClockKind, Step
from outreach.core.working_days import Overrides, add_working_days

#: When somebody who did it alone is asked whether it still goes: days after, days of grace before.
FOLLOW_UPS = ((7, 2), (30, 5))
FOLLOW_UP, IDLE = "follow_up", "idle"
#: A case where something is lost if nobody comes is stuck after so many days without a step…
URGENT_IDLE = 7
#: …and any other by what it is worth to the planner: (least weight, days), the weightiest first.
IDLE_DAYS = ((20, 30), (10, 45), (1, 60))
#: Which day each clock began on: code -> ISO day, as a case keeps it.
Began = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """As much of a case as its deadlines depend on."""

    state: str | None
    stopped: bool
    typed: Mapping[str, str]
    began: Began
    #: When the state was reached, and when the latest step that stands happened.
    moved_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Running:
    """One deadline of one case. `warn_on` is never after `due_on`."""

    code: str
    kind: ClockKind
    owner: Owner
    starts_on: date
    warn_on: date
    due_on: date


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day it was where the teams work."""
    return moment.astimezone(zone).date()


def began(programme: Programme, before: Began, step: Step, zone: ZoneInfo) -> dict[str, str]:
    """When each clock began, one step further; clocks of states that were left are gone."""
    day = local_day(step.happened_at, zone).isoformat()
    return {
        clock.code: before.get(clock.code, day)
        for clock in programme.clocks.values()
        if step.to_state in clock.states
    }


def began_after(programme: Programme, steps: Iterable[Step], zone: ZoneInfo) -> dict[str, str]:
    """The same after all of a case's steps that stand, in their order."""
    found: dict[str, str] = {}
    for step in steps:
        found = began(programme, found, step, zone)
    return found


def running(
    programme: Programme, case: Facts, *, zone: ZoneInfo, calendar: Overrides
) -> list[Running]:
    """Every deadline that runs now. None for what stopped or was taken back altogether."""
    if case.state not in programme.states or case.stopped:
        return []
    found = list(_deadlines(programme, case, zone, calendar))
    found += _follow_up(programme, case, zone)
    if not any(one.kind is ClockKind.DEADLINE for one in found):
        found += _idle(programme, case, zone)
    return found


def _deadlines(
    programme: Programme, case: Facts, zone: ZoneInfo, calendar: Overrides
) -> Iterator[Running]:
    for clock in programme.clocks.values():
        if case.state not in clock.states:
            continue
        told = case.began.get(clock.code)
        starts_on = date.fromisoformat(told) if told else local_day(case.moved_at, zone)
        due_on = _due(clock, starts_on, case.typed, calendar)
        if due_on is not None:
            warn_on = shifted(due_on, -clock.warn, clock.unit, calendar)
            yield Running(
                clock.code, ClockKind.DEADLINE, clock.owner, starts_on,
                min(due_on, max(starts_on, warn_on)), due_on,
            )  # fmt: skip


def _due(
    clock: Clock, starts_on: date, typed: Mapping[str, str], calendar: Overrides
) -> date | None:
    """The day it falls due; None while the date on the slip has not been typed."""
    if clock.days is not None:
        return shifted(starts_on, clock.days, clock.unit, calendar)
    try:
        return date.fromisoformat(typed.get(clock.field or "", ""))
    except ValueError:
        return None


def shifted(day: date, days: int, unit: DayUnit, calendar: Overrides) -> date:
    """So many days of this unit later (earlier, when negative)."""
    if unit is DayUnit.WORKING:
        return add_working_days(day, days, calendar)
    return day + timedelta(days=days)


def _follow_up(programme: Programme, case: Facts, zone: ZoneInfo) -> Iterator[Running]:
    """The next time somebody who did it alone is asked; a step in the days before is an answer."""
    if programme.states[case.state or ""].rung is not Rung.ALONE:
        return
    starts_on = local_day(case.moved_at, zone)
    seen_on = local_day(case.seen_at or case.moved_at, zone)
    for days, grace in FOLLOW_UPS:
        due_on = starts_on + timedelta(days=days)
        warn_on = due_on - timedelta(days=grace)
        if seen_on < warn_on:
            yield Running(
                f"{FOLLOW_UP}_{days}d", ClockKind.FOLLOW_UP, Owner.VOLUNTEER, starts_on, warn_on,
                due_on,
            )  # fmt: skip
            return


def _idle(programme: Programme, case: Facts, zone: ZoneInfo) -> Iterator[Running]:
    days = idle_days(programme, case.state or "")
    if days is not None:
        seen_on = local_day(case.seen_at or case.moved_at, zone)
        due_on = seen_on + timedelta(days=days)
        yield Running(IDLE, ClockKind.IDLE, Owner.LEADER, seen_on, due_on, due_on)


def idle_days(programme: Programme, state_code: str) -> int | None:
    """After how many days without a step a case there is stuck; None where it may rest."""
    state = programme.states[state_code]
    if state.end or state_code in programme.goals or not programme.weight:
        return None
    if state.urgent:
        return URGENT_IDLE
    return next(days for least, days in IDLE_DAYS if programme.weight >= least)
