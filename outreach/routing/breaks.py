"""Breaks: a session is parted at its rests, and the parts are planned as teams of their own.

The solver knows no breaks. Where the first part ends is where the second begins, so the parts are
planned one after the other: while the first ones are open the later ones begin anywhere; then what
was found for the first stays, and the later ones are planned anew from where it ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outreach.routing import check, timetable
from outreach.routing.plan import LeftOut, Plan, Reason
from outreach.routing.problem import Instance, PreviousRoute, Team, rests

Stops = Mapping[str, Sequence[str]]
#: Plans one instance in a share of the time.
Solve = Callable[[Instance, float], Plan]


def needed(instance: Instance) -> int:
    """The most breaks that one team has before it; 0: nothing to do here."""
    return max((len(rests(instance, team)) for team in instance.teams), default=0)


def planned(instance: Instance, solve: Solve) -> tuple[Stops, tuple[LeftOut, ...], Plan]:
    """Whole routes and reasons by team, and the plan of the parts that they come from."""
    stages = needed(instance) + 1
    fixed: dict[str, Sequence[str]] = {}
    for stage in range(stages):
        parts = _parted(instance, fixed, stage)
        plan = solve(parts, 1.0 / (stages - stage))
        if not plan.finished and stage + 1 < stages:
            solve = _at_once(solve)
        found = plan.stops()
        fixed = {name: found.get(name, ()) for name in _names(instance, stage)}
        fixed = {**_kept(instance, found, stage), **fixed}
    whole, dropped = _fitting(instance, joined(instance, fixed))
    reasons = (*(_renamed(left) for left in plan.left_out), *dropped)
    return whole, reasons, plan


def _fitting(
    instance: Instance, stops: Mapping[str, list[str]]
) -> tuple[dict[str, list[str]], list[LeftOut]]:
    """Routes that can be walked whole, without the last stops where they cannot.

    A last part without stops leaves the way home to the part before, which did not count it.
    """
    kept, dropped = {}, []
    for name, homes in stops.items():
        team = instance.team[name]
        done = len(team.frozen_prefix)
        known = len(list(check.one_route(instance, team, homes[:done]))) if done else 0
        whole = list(homes)
        while len(whole) > done and len(list(check.one_route(instance, team, whole))) > known:
            dropped.append(LeftOut(whole.pop(), Reason.NO_TIME))
        kept[name] = whole
    return kept, dropped


def joined(instance: Instance, parts: Stops) -> dict[str, list[str]]:
    """Whole routes from the routes of parts."""
    return {
        team.id: [home for part in _of(instance, team) for home in parts.get(part, ())]
        for team in instance.teams
        if not team.absent or team.frozen_prefix
    }


def _at_once(solve: Solve) -> Solve:
    return lambda instance, share: solve(instance, 0.0)


def _of(instance: Instance, team: Team) -> list[str]:
    """The names of a team's parts."""
    return [f"{team.id}#{part}" for part in range(len(rests(instance, team)) + 1)]


def _names(instance: Instance, stage: int) -> list[str]:
    return [f"{team.id}#{stage}" for team in instance.teams if len(_of(instance, team)) > stage]


def _kept(instance: Instance, found: Stops, stage: int) -> dict[str, Sequence[str]]:
    """Routes of earlier parts, as they stand in the plan."""
    earlier = {name for part in range(stage) for name in _names(instance, part)}
    return {name: homes for name, homes in found.items() if name in earlier}


def _renamed(left: LeftOut) -> LeftOut:
    facts = dict(left.facts)
    if "team" in facts:
        facts["team"] = str(facts["team"]).rsplit("#", 1)[0]
    return LeftOut(left.household, left.reason, facts)


def _parted(instance: Instance, fixed: Stops, stage: int) -> Instance:
    """The instance with parts for teams; those before `stage` keep what is fixed."""
    size = len(instance.locations)
    walks = np.zeros((size + 1, size + 1), instance.walk_s.dtype)
    walks[:size, :size] = instance.walk_s
    teams = [part for team in instance.teams for part in _parts(instance, team, fixed, stage, size)]
    return replace(
        instance,
        locations=(*instance.locations, instance.locations[0]),
        walk_s=walks,
        teams=tuple(teams),
        previous_plan=_held(instance),
    )


def _parts(instance: Instance, team: Team, fixed: Stops, stage: int, nowhere: int) -> list[Team]:
    """One team's parts: done ones, the one to plan now, and later ones that begin anywhere."""
    names, ahead = _of(instance, team), rests(instance, team)
    done = [home for name in names[:stage] for home in fixed.get(name, ())]
    begins, place = team.shift[0], team.start
    parts = []
    for number, name in enumerate(names):
        last = number == len(ahead)
        if number > 0:
            rest = ahead[number - 1]
            begins = rest.latest + rest.lasts_s
            place = nowhere
            if number <= stage:
                so_far = [home for n in names[:number] for home in fixed.get(n, ())]
                begins, place = _after(instance, team, so_far, rest.earliest, rest.lasts_s)
        part = replace(
            team,
            id=name,
            part_of=team.id,
            breaks=(),
            start=place,
            end=team.end if last else None,
            shift=(min(begins, team.shift[1]), team.shift[1] if last else ahead[number].latest),
            frozen_prefix=team.frozen_prefix if number == 0 else (),
        )
        if number < stage:
            part = replace(part, frozen_prefix=tuple(fixed.get(name, ())), absent=True)
        else:
            part = _limited(instance, part, done, number - stage, len(names) - stage)
        parts.append(part)
    return parts


def _after(
    instance: Instance, team: Team, done: Sequence[str], earliest: int, lasts: int
) -> tuple[int, int]:
    """When and where a team goes on that rests after these stops."""
    route = timetable.route(instance, replace(team, end=None), done)
    leaves = route.stops[-1].leave if route.stops else timetable.begins(instance, team)
    if instance.now is not None:
        leaves = max(leaves, instance.now)
    place = instance.household[done[-1]].loc if done else team.start
    return max(leaves, earliest) + lasts, place


def _limited(instance: Instance, part: Team, done: Sequence[str], number: int, parts: int) -> Team:
    """What the stops before leave of a team's limits, shared among the parts still open."""

    def share(most: int | None, used: int) -> int | None:
        if most is None:
            return None
        left = max(0, most - used)
        return left // parts + (number < left % parts)

    whole = instance.team[part.part_of or part.id]
    walked = timetable.route(instance, replace(whole, end=None), done).walk_s
    visits = share(part.max_visits, len(done))
    walk = share(part.max_walk_s, walked)
    carried = sum(instance.household[home].load for home in done)
    overladen = whole.capacity is not None and carried > whole.capacity
    blocked = visits == 0 or walk == 0 or overladen
    return replace(
        part,
        max_visits=visits or None,
        max_walk_s=walk or None,
        capacity=share(part.capacity, carried),
        absent=part.absent or blocked,
    )


def _held(instance: Instance) -> tuple[PreviousRoute, ...]:
    """The plan people hold, by parts: what can be done before each break, and the rest."""
    held = []
    for route in instance.previous_plan:
        team = instance.team.get(route.team)
        if team is None:
            held.append(route)
            continue
        known = [home for home in route.stops if home in instance.household]
        timed = timetable.route(instance, team, known)
        names = _of(instance, team)
        parts: list[list[str]] = [[] for _ in names]
        for stop in timed.stops:
            rested = sum(stop.arrive >= end for _, end in timed.breaks)
            parts[min(rested, len(parts) - 1)].append(stop.household)
        held.extend(
            PreviousRoute(name, tuple(homes)) for name, homes in zip(names, parts, strict=True)
        )
    return tuple(held)
