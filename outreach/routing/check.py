"""Checks a plan against every rule, on its own: it shares no arithmetic with the planner.

The law is `../shared/planning/judge.py`. Two rules are ours: an absent team gets nothing beyond
what it has done, and a cancelled home is not visited.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.routing.plan import Plan
from outreach.routing.problem import Household, Instance, Team

Stops = Mapping[str, Sequence[str]]


class Rule(StrEnum):
    """What a plan can break."""

    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_HOUSEHOLD = "unknown_household"
    VISITED_TWICE = "visited_twice"
    CANCELLED = "cancelled"
    LATE_FOR_WINDOW = "late_for_window"
    SKILL_MISSING = "skill_missing"
    PINNED_ELSEWHERE = "pinned_elsewhere"
    AFTER_SHIFT = "after_shift"
    TOO_MANY_VISITS = "too_many_visits"
    TOO_MUCH_WALKING = "too_much_walking"
    TOO_MUCH_TO_CARRY = "too_much_to_carry"
    FROZEN_CHANGED = "frozen_changed"
    ABSENT_TEAM = "absent_team"
    REQUIRED_NOT_SERVED = "required_not_served"
    PINNED_NOT_SERVED = "pinned_not_served"
    TIMES_WRONG = "times_wrong"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule; `facts` say by whom, where and by how much."""

    rule: Rule
    facts: Mapping[str, int | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} ({', '.join(f'{k} {v}' for k, v in self.facts.items())})"


def check(instance: Instance, plan: Plan) -> list[Violation]:
    """Every rule the plan breaks, and every time in it that walking it would not give."""
    return [*violations(instance, plan.stops()), *_wrong_times(instance, plan)]


def violations(instance: Instance, stops: Stops) -> list[Violation]:
    """Every rule that these routes break, in route order."""
    broken = list(_whole_plan(instance, stops))
    for team_id, homes in stops.items():
        team = instance.team.get(team_id)
        if team is None:
            broken.append(Violation(Rule.UNKNOWN_TEAM, {"team": team_id}))
        elif homes:
            broken.extend(one_route(instance, team, homes))
    return broken


def _whole_plan(instance: Instance, stops: Stops) -> Iterator[Violation]:
    seen = Counter(home for homes in stops.values() for home in homes)
    for home, times in seen.items():
        if home not in instance.household:
            yield Violation(Rule.UNKNOWN_HOUSEHOLD, {"household": home})
        elif times > 1:
            yield Violation(Rule.VISITED_TWICE, {"household": home})
    for team in instance.teams:
        if tuple(stops.get(team.id, ()))[: len(team.frozen_prefix)] != team.frozen_prefix:
            yield Violation(Rule.FROZEN_CHANGED, {"team": team.id})
    yield from _not_served(instance, seen)


def _not_served(instance: Instance, seen: Container[str]) -> Iterator[Violation]:
    for household in instance.households:
        if household.id in seen:
            continue
        if household.required:
            yield Violation(Rule.REQUIRED_NOT_SERVED, {"household": household.id})
        if household.pinned_team:
            yield Violation(Rule.PINNED_NOT_SERVED, {"household": household.id})


def walked(instance: Instance, team: Team, homes: Sequence[str]) -> tuple[list[int], int, int, int]:
    """(start of each visit, walking, waiting, end) in seconds; unknown homes are passed over."""
    minute = team.shift[0]
    done = len(team.frozen_prefix)
    if instance.now is not None and done == 0:
        minute = max(minute, instance.now)
    here, walking, waiting, starts = team.start, 0, 0, []
    ahead = [b for b in team.breaks if instance.now is None or b.latest >= instance.now]
    for number, home in enumerate(homes, start=1):
        household = instance.household.get(home)
        if household is None:
            continue
        steps = int(instance.walk_s[here][household.loc])
        walking += steps
        while ahead and number > done and _done_by(household, minute + steps) > ahead[0].latest:
            minute = max(minute, ahead[0].earliest) + ahead[0].lasts_s
            del ahead[0]
        minute += steps
        if household.tw is not None and minute < household.tw[0]:
            waiting += household.tw[0] - minute
            minute = household.tw[0]
        starts.append(minute)
        minute += household.service_s
        here = household.loc
        if instance.now is not None and number == done:
            minute = max(minute, instance.now)
    if team.end is not None:
        steps = int(instance.walk_s[here][team.end])
        walking, minute = walking + steps, minute + steps
    return starts, walking, waiting, minute


def _done_by(household: Household, arrival: int) -> int:
    opens = arrival if household.tw is None else household.tw[0]
    return max(arrival, opens) + household.service_s


def one_route(instance: Instance, team: Team, homes: Sequence[str]) -> Iterator[Violation]:
    """Every rule that one team's route breaks."""
    starts, walking, _, end = walked(instance, team, homes)
    known = [home for home in homes if home in instance.household]
    for home, start in zip(known, starts, strict=True):
        yield from _one_visit(instance, team, home, start)
    over = end - team.shift[1]
    if over > instance.tolerance_s:
        yield Violation(Rule.AFTER_SHIFT, {"team": team.id, "seconds": over})
    if team.max_visits and len(homes) > team.max_visits:
        yield Violation(Rule.TOO_MANY_VISITS, {"team": team.id, "most": team.max_visits})
    if team.max_walk_s and walking > team.max_walk_s:
        yield Violation(Rule.TOO_MUCH_WALKING, {"team": team.id, "seconds": walking})
    if team.capacity is not None:
        load = sum(instance.household[home].load for home in homes if home in instance.household)
        if load > team.capacity:
            yield Violation(Rule.TOO_MUCH_TO_CARRY, {"team": team.id, "load": load})
    if team.absent and len(homes) > len(team.frozen_prefix):
        yield Violation(Rule.ABSENT_TEAM, {"team": team.id})


def _one_visit(instance: Instance, team: Team, home: str, start: int) -> Iterator[Violation]:
    household = instance.household[home]
    facts: dict[str, int | str] = {"household": home, "team": team.id}
    if household.tw is not None and start > household.tw[1] + instance.tolerance_s:
        late = start - household.tw[1]
        yield Violation(Rule.LATE_FOR_WINDOW, {**facts, "seconds": late})
    for skill in sorted(household.skills - team.skills):
        yield Violation(Rule.SKILL_MISSING, {**facts, "skill": skill})
    if household.pinned_team and household.pinned_team not in {team.id, team.part_of}:
        yield Violation(Rule.PINNED_ELSEWHERE, {**facts, "pinned": household.pinned_team})
    if household.cancelled and home not in instance.frozen:
        yield Violation(Rule.CANCELLED, facts)


def _wrong_times(instance: Instance, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        if not route.stops or route.team not in instance.team:
            continue
        homes = [stop.household for stop in route.stops]
        starts, walking, waiting, end = walked(instance, instance.team[route.team], homes)
        said = ([stop.start for stop in route.stops], route.walk_s, route.wait_s, route.ends)
        if said != (starts, walking, waiting, end):
            yield Violation(Rule.TIMES_WRONG, {"team": route.team})
