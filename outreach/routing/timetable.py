"""When a team is where, if it walks these stops in this order and leaves as soon as it can."""

from collections.abc import Sequence

from outreach.routing.plan import Route, Stop
from outreach.routing.problem import Household, Instance, Team, rests


def begins(instance: Instance, team: Team) -> int:
    """When a team without finished work may start: its shift, or now when that is later."""
    if instance.now is not None and not team.frozen_prefix:
        return max(team.shift[0], instance.now)
    return team.shift[0]


def route(instance: Instance, team: Team, stops: Sequence[str]) -> Route:
    """The timetable of one route; nothing is checked here."""
    walks = instance.walk_s
    clock, place = begins(instance, team), team.start
    walked = waited = served = 0
    timed: list[Stop] = []
    resting, rested = rests(instance, team), []
    for seq, home in enumerate(stops):
        household = instance.household[home]
        walk = int(walks[place, household.loc])
        frozen = seq < len(team.frozen_prefix)
        while resting and not frozen and _visit(household, clock + walk)[1] > resting[0].latest:
            rest = resting.pop(0)
            rested.append((max(clock, rest.earliest), max(clock, rest.earliest) + rest.lasts_s))
            clock = rested[-1][1]
        arrive = clock + walk
        start, leave = _visit(household, arrive)
        timed.append(Stop(home, arrive, start, leave, walk, frozen))
        walked, waited, served = (
            walked + walk,
            waited + start - arrive,
            served + household.service_s,
        )
        clock, place = leave, household.loc
        if instance.now is not None and seq == len(team.frozen_prefix) - 1:
            clock = max(clock, instance.now)
    back = int(walks[place, team.end]) if stops and team.end is not None else 0
    return Route(
        team=team.id,
        stops=tuple(timed),
        begins=team.shift[0],
        ends=clock + back if stops else team.shift[0],
        walk_s=walked + back,
        walk_back_s=back,
        service_s=served,
        wait_s=waited,
        breaks=tuple(rested),
    )


def _visit(household: Household, arrive: int) -> tuple[int, int]:
    """When a visit begins and ends for a team that arrives then."""
    start = max(arrive, household.tw[0]) if household.tw else arrive
    return start, start + household.service_s
