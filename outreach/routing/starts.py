"""Where a search may begin: what people hold, homes by prize per minute, or alley after alley."""

import numpy as np

from outreach.routing import insertion, pruning, turf
from outreach.routing.budget import Budget
from outreach.routing.field import Field
from outreach.routing.insertion import Draft

#: What must be served is dropped last.
_MUST = 1e6


#: Work of one award to the best bid, for each home that is still to be had.
_AWARD_S, _AWARD_HOME_S = 250e-6, 0.15e-6


def best(field: Field, budget: Budget) -> Draft:
    """A whole plan in a moment: the held one filled up, or the better of two fresh ones.

    By prize per minute is better while time is scarce; alley after alley where there is time for
    (nearly) everything: then insertion leaves crumbs all over the place, and walking is half as
    long again.
    """
    first = held(field)
    _fill(first, budget)
    if field.instance.previous_plan or budget.left() <= 0:
        return first
    if (pruning.candidates(first) & ~first.taken).any() and not _nearly_all(first):
        return first
    second = _alleys(field)
    _fill(second, budget)
    return max(first, second, key=worth)


def _fill(draft: Draft, budget: Budget) -> None:
    """Fills a draft, whatever the budget, unless somebody asks to stop."""
    awards = insertion.fill(draft, keep_going=lambda: not budget.stopped)
    budget.charge(awards * (_AWARD_S + draft.field.size * _AWARD_HOME_S))


def worth(draft: Draft) -> float:
    """Prizes less walking, in minutes."""
    walked = sum(draft.walked(team) for team in range(len(draft.routes)))
    prize = float((draft.field.prize + _MUST * draft.field.must)[draft.taken].sum())
    return prize - walked / 60


def _nearly_all(draft: Draft) -> bool:
    possible = draft.field.may.any(axis=0)
    return bool(draft.taken.sum() >= 0.8 * possible.sum())


def held(field: Field) -> Draft:
    """What people already hold, as far as it can still be walked."""
    number = {home.id: n for n, home in enumerate(field.instance.households)}
    row = {team.id: n for n, team in enumerate(field.instance.teams)}
    routes: list[list[int]] = [[] for _ in field.starts]
    for route in field.instance.previous_plan:
        team = row.get(route.team)
        if team is not None:
            homes = [number[home] for home in route.stops if home in number]
            routes[team] = [home for home in homes if field.may[team, home]]
    draft = Draft(field, routes)
    for team in range(len(routes)):
        shorten(draft, team)
    return draft


def shorten(draft: Draft, team: int) -> None:
    """Drops the least worth stops of a route until it can be walked."""
    field = draft.field
    while not draft.feasible(team):
        worths = [field.prize[home] + _MUST * field.must[home] for home in draft.routes[team]]
        draft.remove(team, int(np.argmin(worths)))


def _alleys(field: Field) -> Draft:
    """Routes that follow the alleys; appointments and skilled visits are left to insertion."""
    plain = np.flatnonzero(~field.special & field.may.any(axis=0))
    walks = field.walks[np.ix_(field.loc[plain], field.loc[plain])]
    order = plain[turf.alley_order(*turf.nearest_by_walk(walks))]
    draft = Draft(field)
    idle = set(np.flatnonzero(field.may.any(axis=1)).tolist())
    team = -1
    for home in order.tolist():
        if team < 0 or not _append(draft, team, home):
            team = _nearest_start(field, idle, home)
            if team < 0:
                break
            idle.discard(team)
            _append(draft, team, home)
    return draft


def _append(draft: Draft, team: int, home: int) -> bool:
    if not draft.field.may[team, home]:
        return False
    draft.insert(team, home, len(draft.routes[team]))
    if draft.feasible(team):
        return True
    draft.remove(team, len(draft.routes[team]) - 1)
    return False


def _nearest_start(field: Field, idle: set[int], home: int) -> int:
    """The idle team that begins nearest to a home; -1: none is left."""
    ways = (
        (int(field.walks[field.starts[team].place, field.loc[home]]), team)
        for team in idle
        if field.may[team, home]
    )
    return min(ways, default=(0, -1))[1]
