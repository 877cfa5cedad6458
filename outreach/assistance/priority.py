"""What a home still needs, in minutes: worth to the planner, time at the door, skill. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, Scope, State
from outreach.assistance.rules import eligible
from outreach.core.i18n import lazy_gettext as _
from outreach.households.models import Circumstance

#: Poor homes come first because each step gives them more.
FACTORS = {
    Circumstance.POOR: 1.6,
    Circumstance.NEAR_POOR: 1.4,
    Circumstance.MERIT: 1.3,
    Circumstance.SOCIAL_POLICY: 1.3,
}
HOME_VISIT_FACTOR = 1.5
URGENT_FACTOR = 2.0
#: A home where nobody knows anything yet is asked first, then helped another time.
GREETING_MINUTES = 5
ASKING_MINUTES = 2
LONGEST_MINUTES = 30

#: Why a home is worth a visit, as codes kept with the plan and sentences for people.
REASONS: Mapping[str, str] = {
    "urgent": _("Something is lost if nobody comes soon"),
    "identity": _("Somebody still misses VNeID"),
    "device": _("The home still misses a smartphone"),
    "account": _("Somebody still misses a bank account"),
    "skill": _("Somebody still learns"),
    "poor": _("The household is poor"),
    "near_poor": _("The household is near-poor"),
    "merit": _("Household of merit"),
    "social_policy": _("Household under social policy"),
    "needs_home_visit": _("Somebody there cannot come to us"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit there is worth and takes. `prize_minutes` 0: nothing is left to do."""

    prize_minutes: int
    #: Codes of `REASONS`, most telling first.
    reasons: tuple[str, ...]
    #: A value of `teams.Skill` without which nothing can go on there.
    skill: str | None
    service_minutes: int


@dataclass(frozen=True, slots=True)
class Cases:
    """How many cases of a home stand at the same place."""

    programme: str
    state: str
    stopped: bool
    count: int


@dataclass(frozen=True, slots=True)
class Home:
    """A household in numbers: how many were born when, how many cases stand where."""

    circumstance: Circumstance
    needs_home_visit: bool
    #: (birth year or None, how many).
    born: Sequence[tuple[int | None, int]]
    cases: Sequence[Cases] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """One programme that some people (or the home) are not through with."""

    programme: Programme
    state: State | None
    count: int


def need(home: Home, on: date) -> Need:
    """What the home's open tasks amount to."""
    tasks = list(_tasks(home, on))
    if not tasks:
        return Need(0, (), None, GREETING_MINUTES)
    factor = FACTORS.get(home.circumstance, 1.0)
    factor *= HOME_VISIT_FACTOR if home.needs_home_visit else 1
    return Need(
        prize_minutes=round(sum(map(_worth, tasks)) * factor),
        reasons=tuple(_reasons(home, tasks)),
        skill=next((t.programme.skill for t in tasks if t.state and t.state.needs_skill), None),
        service_minutes=_minutes(tasks),
    )


def _worth(task: _Task) -> float:
    urgent = task.state is not None and task.state.urgent
    return task.count * task.programme.weight * (URGENT_FACTOR if urgent else 1)


def _tasks(home: Home, on: date) -> Iterator[_Task]:
    born = home.born or ((None, 1),)
    for programme in programmes().values():
        known = 0
        for cases in home.cases:
            if cases.programme != programme.code:
                continue
            known += cases.count
            state = programme.states.get(cases.state)
            if state and not cases.stopped and _open(programme, state):
                yield _Task(programme, state, cases.count)
        if programme.scope is Scope.HOUSEHOLD:
            unknown = 1 - known
        else:
            unknown = sum(n for year, n in born if eligible(programme, year, on)) - known
        if unknown > 0 and programme.weight:  # what weighs nothing waits until it is asked for
            yield _Task(programme, None, unknown)


def _open(programme: Programme, state: State) -> bool:
    """Somebody who has the thing is left in peace, though the last step may be missing."""
    return not state.end and state.code not in programme.goals


def _reasons(home: Home, tasks: Sequence[_Task]) -> Iterator[str]:
    if any(task.state and task.state.urgent for task in tasks):
        yield "urgent"
    yield from dict.fromkeys(task.programme.pillar.value for task in tasks)
    if home.circumstance is not Circumstance.NONE:
        yield home.circumstance.value
    if home.needs_home_visit:
        yield "needs_home_visit"


def _minutes(tasks: Sequence[_Task]) -> int:
    helping = sum(task.count * task.programme.service_minutes for task in tasks if task.state)
    asking = ASKING_MINUTES * sum(task.count for task in tasks if not task.state)
    return min(GREETING_MINUTES + helping + asking, LONGEST_MINUTES)
