"""Takes turns at the long ways: who walked most lately is given a route with less walking.

Whole routes change hands, so territories, order and visits stay as they are; between teams with
the same start, hours and skills that costs nothing at all.
"""

from collections.abc import Callable, Sequence

from outreach.routing import balance
from outreach.routing.insertion import Draft

#: All exchanges together cost at most this share of the plan's value.
MOST_LOST = 0.01
#: Seconds of walking that are worth an exchange, in what was carried and in what is to come.
_WORTH = 60


def take(draft: Draft, keep_going: Callable[[], bool]) -> None:
    """Gives the routes with the least walking to those who carried the most, where they fit.

    Every rule is kept; minutes that were fair stay fair. Nothing happens where nobody carried more
    than another, nor to teams that have begun, are locked or have a part of their session only.
    """
    teams = [team for team in balance.present(draft.field) if _may(draft, team)]
    allowance = MOST_LOST * max(0.0, _value(draft))
    carried = {team: draft.field.instance.teams[team].carried_s for team in teams}
    for tired in sorted(teams, key=lambda team: (-carried[team], team)):
        rested = [team for team in teams if carried[team] + _WORTH <= carried[tired]]
        for other in sorted(rested, key=lambda team: (draft.walked(team), team)):
            if draft.walked(other) + _WORTH > draft.walked(tired) or not keep_going():
                break
            lost = _exchange(draft, tired, other, allowance)
            if lost is not None:
                allowance -= max(0.0, lost)
                break


def _may(draft: Draft, team: int) -> bool:
    who = draft.field.instance.teams[team]
    return bool(draft.routes[team]) and not who.frozen_prefix and who.part_of is None


def _exchange(draft: Draft, one: int, other: int, allowance: float) -> float | None:
    """Swaps two routes and gives what that costs; None when it was not possible or too dear."""
    before = _cost(draft, one) + _cost(draft, other)
    was_fair = balance.fair(draft)
    mine, theirs = list(draft.routes[one]), list(draft.routes[other])
    if not (_welcome(draft, one, theirs) and _welcome(draft, other, mine)):
        return None
    walked = draft.walked(one)
    _set(draft, one, theirs)
    _set(draft, other, mine)
    lost = _cost(draft, one) + _cost(draft, other) - before
    fits = draft.feasible(one) and draft.feasible(other)
    fits = fits and draft.walked(one) < walked and lost <= allowance + 1e-9
    if fits and (not was_fair or balance.fair(draft)):
        return lost
    _set(draft, one, mine)
    _set(draft, other, theirs)
    return None


def _welcome(draft: Draft, team: int, route: Sequence[int]) -> bool:
    return bool(draft.field.may[team, route].all())


def _set(draft: Draft, team: int, route: list[int]) -> None:
    draft.routes[team] = route
    draft.refresh(team)


def _cost(draft: Draft, team: int) -> float:
    """Minutes of walking and a quarter of those of waiting, as the judge counts."""
    field = draft.field
    walked = draft.walked(team)
    served = int(field.service[draft.routes[team]].sum())
    waited = draft.ends(team) - field.starts[team].time - walked - served
    return (walked + field.instance.wait_weight * waited) / 60


def _value(draft: Draft) -> float:
    prizes = float(draft.field.prize[draft.taken].sum())
    return prizes - sum(_cost(draft, team) for team in balance.present(draft.field))
