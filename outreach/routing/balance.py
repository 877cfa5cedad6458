"""Fair minutes: caps the longest session as far as the work allows and wakes idle teams."""

from collections.abc import Callable, Sequence

import numpy as np

from outreach.routing.field import Field
from outreach.routing.insertion import Draft

#: The longest session may be this many times the mean one.
MOST_OVER_MEAN = 1.15
#: So many teams are asked to take or give a stop.
_MOST_ASKED = 40


def present(field: Field) -> list[int]:
    """Numbers of the teams that can still be given work, or relieved of it."""
    teams = enumerate(field.instance.teams)
    return [number for number, team in teams if not team.absent and not team.locked]


def minutes(draft: Draft) -> list[float]:
    """Minutes of work of each present team, from its shift's start."""
    return [worked(draft, team) / 60 for team in present(draft.field)]


def worked(draft: Draft, team: int) -> int:
    """Seconds from the shift's start to the last thing done; 0 for a team without stops."""
    who = draft.field.instance.teams[team]
    if not draft.routes[team] and not who.frozen_prefix:
        return 0
    return draft.ends(team) - who.shift[0]


def most_over_mean(draft: Draft) -> float:
    """How much longer the longest session is than the mean one."""
    work = minutes(draft)
    mean = sum(work) / len(work) if work else 0.0
    return max(work) / mean if mean else 1.0


def idle(draft: Draft) -> list[int]:
    """Present teams without a single stop."""
    return [team for team in present(draft.field) if not worked(draft, team)]


def fair(draft: Draft) -> bool:
    """Whether nobody's session is too long and nobody is idle."""
    return most_over_mean(draft) <= MOST_OVER_MEAN and not idle(draft)


def capped(field: Field, seconds: float) -> list[int]:
    """When each team must be done so that no session exceeds `seconds`."""
    return [
        min(start.until, max(start.time, team.shift[0] + round(seconds)))
        for start, team in zip(field.starts, field.instance.teams, strict=True)
    ]


def even_out(draft: Draft, keep_going: Callable[[], bool]) -> None:
    """Hands stops from the longest sessions to others, the cheapest first, until it is fair.

    No home is dropped and no rule bent; it ends when nothing more can be handed on.
    """
    normal = list(draft.until)
    for team in idle(draft):
        if keep_going():
            _wake(draft, team)
    for _ in range(draft.field.size):
        work = {team: worked(draft, team) for team in present(draft.field)}
        if not work or not keep_going():
            break
        mean = sum(work.values()) / len(work)
        longest = max(work, key=lambda team: work[team])
        if work[longest] <= (MOST_OVER_MEAN - 0.005) * mean:
            break
        limit = min(work[longest] - 1, round(mean * (MOST_OVER_MEAN - 0.01)))
        if not _relieve(draft, longest, capped(draft.field, limit)):
            break
        _limit(draft, normal)
    _limit(draft, normal)


def _limit(draft: Draft, until: Sequence[int]) -> None:
    for team, last in enumerate(until):
        if draft.until[team] != last:
            draft.until[team] = last
            draft.refresh(team)


def _relieve(draft: Draft, longest: int, until: Sequence[int]) -> bool:
    """Moves the stop whose move costs least from the longest route to one within the cap."""
    _limit(draft, until)
    route = np.array(draft.routes[longest], np.int64)
    if not route.size:
        return False
    best: tuple[float, int, int, int] | None = None
    saved = _savings(draft, longest)
    for team in _nearest_teams(draft, longest):
        gaps = draft.gaps(team, route)
        cost = np.where(gaps.fits, gaps.added_minutes(), np.inf)
        gap, seq = divmod(int((cost - saved).argmin()), len(route))
        price = float(cost[gap, seq] - saved[seq])
        if np.isfinite(price) and (best is None or price < best[0]):
            best = price, team, seq, gap
    if best is None:
        return False
    _, team, seq, gap = best
    draft.insert(team, draft.remove(longest, seq), gap)
    return True


def _nearest_teams(draft: Draft, team: int) -> list[int]:
    """Other teams that could take a stop: those without work, and those nearest to the route."""
    field = draft.field
    others = [other for other in present(field) if other != team]
    near: dict[int, int] = {}
    route = field.loc[draft.routes[team]]
    for other in others:
        places = field.loc[draft.routes[other]]
        near[other] = int(field.walks[np.ix_(route, places)].min()) if places.size else 0
    return sorted(others, key=lambda other: (near[other], other))[:_MOST_ASKED]


def _savings(draft: Draft, team: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Minutes of walking that leaving out each stop of a route would save."""
    field, start = draft.field, draft.field.starts[team]
    places = [start.place, *(int(field.loc[home]) for home in draft.routes[team])]
    saved = np.zeros(len(places) - 1)
    for seq in range(1, len(places)):
        nxt = places[seq + 1] if seq + 1 < len(places) else start.end
        saved[seq - 1] = field.walks[places[seq - 1], places[seq]]
        if nxt is not None:
            saved[seq - 1] += field.walks[places[seq], nxt] - field.walks[places[seq - 1], nxt]
    return saved / 60.0


def _wake(draft: Draft, sleeper: int) -> None:
    """Gives an idle team the stop that costs least to hand over."""
    best: tuple[float, int, int] | None = None
    field = draft.field
    here = field.starts[sleeper].place
    near = {
        team: int(field.walks[here, field.loc[draft.routes[team]]].min())
        for team in present(field)
        if draft.routes[team]
    }
    for team in sorted(near, key=lambda team: (near[team], team))[:_MOST_ASKED]:
        if len(draft.routes[team]) < 2:  # nobody becomes idle to wake another
            continue
        route = np.array(draft.routes[team], np.int64)
        gaps = draft.gaps(sleeper, route)
        cost = np.where(gaps.fits[0], gaps.added_minutes()[0] - _savings(draft, team), np.inf)
        seq = int(cost.argmin())
        if np.isfinite(cost[seq]) and (best is None or cost[seq] < best[0]):
            best = float(cost[seq]), team, seq
    if best is not None:
        draft.insert(sleeper, draft.remove(best[1], best[2]), 0)
