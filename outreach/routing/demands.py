"""Finds, before any solving, what is nonsense and what nobody could do, and says it in words."""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from outreach.routing.plan import LeftOut, Reason
from outreach.routing.problem import Break, Household, Instance, Team, may_serve

#: A minute of waiting costs less than one of walking, or nobody would be let wait.
_MOST_WAIT = 0.75


def broken(instance: Instance) -> Iterator[str]:
    """What makes an instance no instance at all; one English sentence each, worst first."""
    if not instance.teams:
        yield "There are 0 teams; a plan needs at least one."
    if not 0 <= instance.wait_weight <= _MOST_WAIT:
        yield f"A minute of waiting cannot cost {instance.wait_weight} minutes; 0 to 0.75 can."
    yield from _broken_places(instance)
    yield from _twice("Team", (team.id for team in instance.teams))
    yield from _twice("Household", (household.id for household in instance.households))
    for team in instance.teams:
        yield from _broken_team(instance, team)
    for household in instance.households:
        yield from _broken_household(instance, household)
    done = (home for team in instance.teams for home in team.frozen_prefix)
    yield from _twice("Finished stop", done)


def unanswerable(instance: Instance) -> Iterator[str]:
    """Single homes of a sound instance that no team on the list could ever serve, in English.

    A file with one is refused, because it is a slip of the pen; a round planned from the site
    is not: there the home is left out with its reason.
    """
    skills = {skill for team in instance.teams for skill in team.skills}
    opens = min((team.shift[0] for team in instance.teams), default=0)
    closes = max((team.shift[1] for team in instance.teams), default=0)
    for household in instance.households:
        if household.cancelled or household.id in instance.frozen:
            continue
        for skill in sorted(household.skills - skills):
            yield f"Household {household.id} needs the skill {skill!r}, which no team holds."
        if household.tw and (household.tw[0] > closes or household.tw[1] < opens):
            yield (
                f"Household {household.id} may be visited from {_clock(household.tw[0])} to "
                f"{_clock(household.tw[1])}, outside every shift "
                f"({_clock(opens)} to {_clock(closes)})."
            )


def _broken_places(instance: Instance) -> Iterator[str]:
    size = len(instance.locations)
    if instance.walk_s.shape != (size, size):
        shape = " x ".join(map(str, instance.walk_s.shape))
        yield f"The walking times are {shape}, but there are {size} locations."
    elif size and int(instance.walk_s.min()) < 0:
        row, column = np.argwhere(instance.walk_s < 0)[0]
        yield f"The walking time from location {row} to location {column} is below zero."


def _twice(what: str, ids: Iterable[str]) -> Iterator[str]:
    for one, times in Counter(ids).items():
        if times > 1:
            yield f"{what} {one} appears {times} times; ids must be unique."


def _broken_team(instance: Instance, team: Team) -> Iterator[str]:
    size = len(instance.locations)
    for word, place in (("start", team.start), ("end", team.end)):
        if place is not None and not 0 <= place < size:
            yield f"Team {team.id} has {word} {place}, but locations run from 0 to {size - 1}."
    if team.shift[1] < team.shift[0]:
        yield f"The shift of team {team.id} ends before it begins."
    yield from _broken_limits(team)
    for rest in team.breaks:
        yield from _broken_break(team, rest)
    for home in team.frozen_prefix:
        if home not in instance.household:
            yield f"Team {team.id} has finished household {home}, which is not listed."


def _broken_limits(team: Team) -> Iterator[str]:
    for word in ("max_visits", "max_walk_s", "capacity"):
        most = getattr(team, word)
        if most is not None and most < 0:
            yield f"Team {team.id} has a {word} below zero ({most})."


def _broken_break(team: Team, rest: Break) -> Iterator[str]:
    name = f"The break of team {team.id}"
    if rest.lasts_s < 0:
        yield f"{name} lasts less than nothing ({rest.lasts_s} s)."
    if rest.latest < rest.earliest:
        yield f"{name} must begin before it may."
    if rest.earliest >= team.shift[1] or rest.latest <= team.shift[0]:
        yield f"{name} at {_clock(rest.earliest)} is outside its shift."


def _broken_household(instance: Instance, household: Household) -> Iterator[str]:
    size = len(instance.locations)
    name = f"Household {household.id}"
    if not 0 <= household.loc < size:
        yield f"{name} is at location {household.loc}, but locations run from 0 to {size - 1}."
    if household.service_s < 0:
        yield f"{name} has a negative visiting time ({household.service_s} s)."
    if not 0 <= household.prize < float("inf"):
        yield f"{name} has the prize {household.prize}; it must be zero or more minutes."
    if household.load < 0:
        yield f"{name} has a load below zero ({household.load})."
    if household.tw and household.tw[1] < household.tw[0]:
        yield f"The window of household {household.id} ends before it begins."
    if household.pinned_team is not None and household.pinned_team not in instance.team:
        yield f"{name} is pinned to team {household.pinned_team}, which does not exist."


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def impossible(instance: Instance, household: Household) -> LeftOut | None:
    """Why nobody could visit this home even if it were the only one; None when somebody could."""
    if household.cancelled:
        return LeftOut(household.id, Reason.CANCELLED)
    present = [team for team in instance.teams if not team.absent]
    if not present:
        return LeftOut(household.id, Reason.NO_TEAM)
    able = [team for team in present if may_serve(team, household)]
    if not able:
        return _nobody_may(instance, household, present)
    return _out_of_reach(instance, household, able)


def _nobody_may(instance: Instance, household: Household, present: list[Team]) -> LeftOut:
    pinned = household.pinned_team
    if pinned is not None:
        if pinned not in {team.id for team in present}:
            return LeftOut(household.id, Reason.PINNED_TEAM_ABSENT, {"team": pinned})
        skill = min(household.skills - instance.team[pinned].skills)
        facts: dict[str, int | str] = {"team": pinned, "skill": skill}
        return LeftOut(household.id, Reason.PINNED_TEAM_LACKS_SKILL, facts)
    held = frozenset(skill for team in instance.teams for skill in team.skills)
    if missing := household.skills - held:
        return LeftOut(household.id, Reason.NO_SKILL, {"skill": min(missing)})
    here = frozenset(skill for team in present for skill in team.skills)
    skill = min(household.skills - here, default=", ".join(sorted(household.skills)))
    return LeftOut(household.id, Reason.SKILL_ABSENT, {"skill": skill})


def _out_of_reach(instance: Instance, household: Household, able: list[Team]) -> LeftOut | None:
    spans = {team: _span(instance, team) for team in able}
    free = max(last - first for _, first, last in spans.values())
    if household.service_s > free:
        facts: dict[str, int | str] = {"service_s": household.service_s, "free_s": max(0, free)}
        return LeftOut(household.id, Reason.VISIT_TOO_LONG, facts)
    opens, closes = household.tw or (0, 10**9)
    if all(
        opens + household.service_s > last or closes < first for _, first, last in spans.values()
    ):
        return LeftOut(
            household.id, Reason.WINDOW_OUTSIDE_SHIFTS, {"begins": opens, "ends": closes}
        )
    nearest = 10**9
    for team, (place, first, last) in spans.items():
        there = int(instance.walk_s[place, household.loc])
        back = 0 if team.end is None else int(instance.walk_s[household.loc, team.end])
        nearest = min(nearest, there)
        begin = max(first + there, opens)
        within = team.max_walk_s is None or there + back <= team.max_walk_s
        if within and begin <= closes and begin + household.service_s + back <= last:
            return None
    return LeftOut(household.id, Reason.TOO_FAR, {"walk_s": nearest})


def clashing(instance: Instance) -> Iterator[LeftOut]:
    """Promises that cannot be kept beside earlier ones, whoever goes where, with one of those."""
    kept: list[tuple[Household, frozenset[str]]] = []
    for household, able in sorted(_promised(instance), key=lambda one: (one[0].tw, one[0].id)):
        rivals = [other for other, theirs in kept if theirs <= able]
        rival = _too_many(rivals, household, len(able)) or _too_far_apart(
            instance, rivals, household, len(able)
        )
        if rival is None:
            kept.append((household, able))
        else:
            yield LeftOut(household.id, Reason.PROMISES_CLASH, {"household": rival.id})


def _too_many(rivals: list[Household], household: Household, teams: int) -> Household | None:
    """The first of those that must all begin between two times, where that is too little time.

    Each team has done all of its own by the end but the last one, which it begins by then.
    """
    windows = [(home, home.tw) for home in [*rivals, household] if home.tw is not None]
    last = windows[-1][1][1]
    for end in sorted({window[1] for _home, window in windows if window[1] >= last}):
        for begin in sorted({window[0] for _home, window in windows}):
            within = [home for home, (opens, closes) in windows if begin <= opens and closes <= end]
            longest_last = sorted((home.service_s for home in within), reverse=True)
            if sum(longest_last[teams:]) > teams * (end - begin):
                return within[0]
    return None


def _too_far_apart(
    instance: Instance, rivals: list[Household], household: Household, teams: int
) -> Household | None:
    """One of as many rivals as there are teams, where no team can keep two of all these."""
    together: list[Household] = []
    for rival in rivals:
        if all(_apart(instance, rival, one) for one in [*together, household]):
            together.append(rival)
    return together[-1] if len(together) >= teams else None


def _promised(instance: Instance) -> Iterator[tuple[Household, frozenset[str]]]:
    """What must be served at a certain time, and the teams that could if it were the only one."""
    present = [team for team in instance.teams if not team.absent]
    for household in instance.households:
        if not household.required or household.tw is None or household.id in instance.frozen:
            continue
        able = frozenset(
            team.id
            for team in present
            if may_serve(team, household) and _out_of_reach(instance, household, [team]) is None
        )
        if able:
            yield household, able


def _apart(instance: Instance, one: Household, other: Household) -> bool:
    """Whether nobody can keep both promises, in either order."""
    return not (_after(instance, one, other) or _after(instance, other, one))


def _after(instance: Instance, first: Household, second: Household) -> bool:
    """Whether who begins the first as early as may be is in time for the second."""
    assert first.tw is not None
    assert second.tw is not None
    done = first.tw[0] + first.service_s
    return done + int(instance.walk_s[first.loc, second.loc]) <= second.tw[1]


def _span(instance: Instance, team: Team) -> tuple[int, int, int]:
    """Where and from when to when a team is free for new stops."""
    first = team.shift[0]
    if instance.now is not None:
        first = max(first, instance.now)
    return team.start, first, team.shift[1]
