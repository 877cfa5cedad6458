"""A second opinion on plans: a diary of every second of a session, kept without the planner's help.

It shares nothing with `outreach.routing`: it reads the instance as it would be written to a file.
"""

from collections.abc import Sequence

from outreach.routing.problem import Household, Instance, Team


def objections(instance: Instance, stops: dict[str, list[str]]) -> list[str]:
    """What is wrong with these routes, in words; homes that had to be served are not asked for."""
    said: list[str] = []
    visited = [home for homes in stops.values() for home in homes]
    said += [f"{home} twice" for home in sorted(set(visited)) if visited.count(home) > 1]
    known = {home.id: home for home in instance.households}
    for team in instance.teams:
        homes = [known[home] for home in stops.get(team.id, [])]
        if tuple(home.id for home in homes)[: len(team.frozen_prefix)] != team.frozen_prefix:
            said.append(f"{team.id} undid what was done")
        fresh = homes[len(team.frozen_prefix) :]
        said += [f"{team.id}: {word}" for word in _people(team, fresh)]
        if fresh:
            said += [f"{team.id}: {word}" for word in _diary(instance, team, homes)]
    return said


def _people(team: Team, fresh: Sequence[Household]) -> list[str]:
    said = [f"{home.id} asked us not to come" for home in fresh if home.cancelled]
    said += [f"{home.id} needs others" for home in fresh if not home.skills <= team.skills]
    said += [f"{h.id} is for others" for h in fresh if h.pinned_team not in {None, team.id}]
    if fresh and team.absent:
        said.append("is not there")
    return said


class _Diary:
    """Walks a route as a person would: look at the clock, rest in time, go, wait, visit."""

    def __init__(self, instance: Instance, team: Team) -> None:
        self.now = instance.now or 0
        self.walks, self.tolerance = instance.walk_s, instance.tolerance_s
        self.clock = team.shift[0] if team.frozen_prefix else max(team.shift[0], self.now)
        self.place, self.feet = team.start, 0
        self.to_rest = [rest for rest in team.breaks if rest.latest >= self.now]
        self.said: list[str] = []

    def done(self, home: Household) -> None:
        """A visit of the past: no rest is planned before it."""
        self._go(home.loc)
        self.clock = max(self.clock, home.tw[0] if home.tw else 0) + home.service_s

    def visit(self, home: Household, *, first: bool) -> None:
        opens, closes = home.tw or (0, 10**9)
        way = int(self.walks[self.place, home.loc])
        while self.to_rest and (
            max(self.clock + way, opens) + home.service_s > self.to_rest[0].latest
        ):
            rest = self.to_rest.pop(0)
            if self.clock > rest.latest and not first:
                self.said.append(f"rests at {self.clock}, after {rest.latest}")
            self.clock = max(self.clock, rest.earliest) + rest.lasts_s
        self._go(home.loc)
        self.clock = max(self.clock, opens)
        if self.clock > closes + self.tolerance:
            self.said.append(f"late at {home.id}")
        self.clock += home.service_s

    def _go(self, place: int) -> None:
        way = int(self.walks[self.place, place])
        self.clock, self.feet, self.place = self.clock + way, self.feet + way, place

    def go_home(self, end: int | None, closes: int) -> None:
        if end is not None:
            self._go(end)
        if self.clock > closes + self.tolerance:
            self.said.append("home too late")


def _diary(instance: Instance, team: Team, homes: Sequence[Household]) -> list[str]:
    diary, done = _Diary(instance, team), len(team.frozen_prefix)
    for home in homes[:done]:
        diary.done(home)
    if done:
        diary.clock = max(diary.clock, diary.now)
    for number, home in enumerate(homes[done:]):
        diary.visit(home, first=number == 0)
    diary.go_home(team.end, team.shift[1])
    most_load = 10**9 if team.capacity is None else team.capacity
    used = {
        "visiting": (len(homes), team.max_visits or 10**9),
        "walking": (diary.feet, team.max_walk_s or 10**9),
        "to carry": (sum(home.load for home in homes), most_load),
    }
    return diary.said + [f"too much {word}" for word, (n, most) in used.items() if n > most]
