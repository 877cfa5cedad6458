"""Says of each home that nobody visits why not, read from the finished plan itself."""

from collections.abc import Sequence

import numpy as np

from outreach.routing.demands import impossible
from outreach.routing.field import Field, Floats, Ints
from outreach.routing.insertion import Draft
from outreach.routing.plan import LeftOut, Reason
from outreach.routing.problem import Household

_FAR = 1e9


def left_out(draft: Draft) -> tuple[LeftOut, ...]:
    """One reason for each home that is not in the draft, in the order of the instance."""
    field = draft.field
    homes = field.instance.households
    missing = [
        number
        for number, home in enumerate(homes)
        if not draft.taken[number] and home.id not in field.instance.frozen
    ]
    reasons = {number: impossible(field.instance, homes[number]) for number in missing}
    others = np.array([n for n, reason in reasons.items() if reason is None], np.int64)
    found = dict(zip(others.tolist(), _by_the_plan(draft, others), strict=True))
    return tuple(reasons[number] or found[number] for number in missing)


def _by_the_plan(draft: Draft, homes: Ints) -> list[LeftOut]:
    """Reasons of homes that somebody could have visited, had the day been longer."""
    if not homes.size:
        return []
    detour, by_team = _cheapest_detour(draft, homes)
    rival, near = _nearest_rival(draft, homes)
    field, said = draft.field, []
    for column, number in enumerate(homes.tolist()):
        home = field.instance.households[number]
        if np.isfinite(detour[column]):
            facts: dict[str, int | str] = {
                "walk_s": round(float(detour[column]) * 60),
                "team": field.instance.teams[by_team[column]].id,
            }
            said.append(LeftOut(home.id, Reason.NOT_WORTH_THE_WALK, facts))
        elif near[column] < _FAR:
            team, stop = divmod(int(rival[column]), field.size)
            facts = {
                "household": field.instance.households[stop].id,
                "team": field.instance.teams[team].id,
            }
            said.append(LeftOut(home.id, Reason.LOWER_PRIORITY_THAN, facts))
        else:
            said.append(_full(field, home))
    return said


def _cheapest_detour(draft: Draft, homes: Ints) -> tuple[Floats, Ints]:
    """Least minutes that visiting each home would add where it fits (inf: nowhere), and whose."""
    least = np.full(len(homes), np.inf)
    whose = np.zeros(len(homes), np.int64)
    for team in range(len(draft.routes)):
        gaps = draft.gaps(team, homes)
        cost = np.where(gaps.fits, gaps.added_minutes(), np.inf).min(axis=0)
        better = cost < least
        least[better], whose[better] = cost[better], team
    return least, whose


def _nearest_rival(draft: Draft, homes: Ints) -> tuple[Ints, Floats]:
    """The nearest stop that is worth at least as much and holds a place the home would fit in.

    The stop comes as team x homes + home, with its walking distance in seconds.
    """
    field = draft.field
    rival = np.zeros(len(homes), np.int64)
    near = np.full(len(homes), _FAR)
    for team, route in enumerate(draft.routes):
        if not route:
            continue
        stops = np.array(route, np.int64)
        fits = draft.gaps(team, homes, skip=1).fits
        fits &= field.prize[stops][:, None] >= field.prize[homes]
        apart = field.walks[np.ix_(field.loc[stops], field.loc[homes])].astype(np.float64)
        apart = np.where(fits, apart, _FAR)
        closest = apart.argmin(axis=0)
        distance = apart[closest, np.arange(len(homes))]
        better = distance < near
        near[better] = distance[better]
        rival[better] = team * field.size + stops[closest[better]]
    return rival, near


def _full(field: Field, home: Household) -> LeftOut:
    if home.tw is not None:
        return LeftOut(home.id, Reason.WINDOW_TAKEN, {"begins": home.tw[0], "ends": home.tw[1]})
    if home.pinned_team is not None:
        return LeftOut(home.id, Reason.PINNED_TEAM_FULL, {"team": home.pinned_team})
    if scarce := _scarcest(field, home.skills):
        return LeftOut(home.id, Reason.SKILLED_TEAMS_FULL, {"skill": scarce})
    return LeftOut(home.id, Reason.NO_TIME)


def _scarcest(field: Field, skills: Sequence[str] | frozenset[str]) -> str | None:
    """The skill of a home that the fewest present teams hold."""
    present = [team for team in field.instance.teams if not team.absent]
    holders = {skill: sum(skill in team.skills for team in present) for skill in sorted(skills)}
    return min(holders, key=lambda skill: holders[skill], default=None)
