"""What a plan costs and how fair and compact it is, counted as the judge counts."""

from collections.abc import Iterable

import numpy as np

from outreach.routing import check
from outreach.routing.plan import Figures
from outreach.routing.problem import DROPPED_MINUTES, MOVED_MINUTES, Instance

#: Below this many stops, "its four nearest" says nothing.
_FEWEST_STOPS = 6
#: Rows of walking times sorted at once.
_BLOCK = 512


def figures(instance: Instance, stops: check.Stops) -> Figures:
    """Counts routes of known teams and homes, whether or not they break rules."""
    walking = waiting = late = 0
    work: dict[str, int] = {team.id: 0 for team in instance.teams if not team.absent}
    on_team = {home: team for team, homes in stops.items() for home in homes}
    for team_id, homes in stops.items():
        if not homes:
            continue
        team = instance.team[team_id]
        starts, walk, wait, end = check.walked(instance, team, homes)
        walking, waiting = walking + walk, waiting + wait
        late += max(0, end - team.shift[1]) + _lateness(instance, homes, starts)
        if team_id in work:
            work[team_id] = end - team.shift[0]
    prize = sum(instance.household[home].prize for home in on_team)
    total = sum(household.prize for household in instance.households)
    held = instance.held_by
    moved = sum(home in on_team and on_team[home] != team for home, team in held.items())
    dropped = sum(home not in on_team for home in held)
    cost = (total - prize) + walking / 60 + instance.wait_weight * waiting / 60 + late / 60
    cost += MOVED_MINUTES * moved + DROPPED_MINUTES * dropped
    minutes = [seconds / 60 for seconds in work.values()] or [0.0]
    return Figures(
        cost=cost,
        value=total - cost,
        visits=len(on_team),
        prize=prize,
        walk_min=walking / 60,
        wait_min=waiting / 60,
        late_min=late / 60,
        moved=moved,
        dropped=dropped,
        teams_used=sum(m > 0 for m in minutes),
        work_min=(min(minutes), sum(minutes) / len(minutes), max(minutes)),
        purity=purity(instance, on_team.items()),
    )


def _lateness(instance: Instance, homes: Iterable[str], starts: Iterable[int]) -> int:
    late = 0
    for home, start in zip(homes, starts, strict=True):
        window = instance.household[home].tw
        late += max(0, start - window[1]) if window else 0
    return late


def purity(instance: Instance, homes: Iterable[tuple[str, str]]) -> float | None:
    """Share of each stop's four nearest planned stops that are on its own route."""
    pairs = list(homes)
    if len(pairs) < _FEWEST_STOPS:
        return None
    places = np.array([instance.household[home].loc for home, _ in pairs])
    _, teams = np.unique([team for _, team in pairs], return_inverse=True)
    own = 0
    for top in range(0, len(places), _BLOCK):
        rows = np.arange(top, min(top + _BLOCK, len(places)))
        apart = instance.walk_s[np.ix_(places[rows], places)].astype(np.float64)
        apart[rows - top, rows] = 1e9
        nearest = np.argpartition(apart, 4, axis=1)[:, :4]
        own += int((teams[nearest] == teams[rows][:, None]).sum())
    return own / (4 * len(places))
