"""What keeps a search off a home or holds it to one: turf, promises, what it is worth."""

import numpy as np

from outreach.routing.field import Bools, Field, Floats, Ints
from outreach.routing.insertion import Draft
from outreach.routing.problem import MOVED_MINUTES

#: Twice the judge's price of a move, so that few homes change hands (from scratch: over twenty).
_MOVE_MINUTES = 2.0 * MOVED_MINUTES
#: A home is sure of its place at so many times the marginal prize per minute.
_FIRM = 1.7


def seconds(field: Field, homes: Ints, *, held: bool) -> Floats | None:
    """Seconds charged to each team (row) for each of `homes` (column); None: nothing anywhere.

    For homes of others' turf and, with `held`, for those that another team holds today.
    """
    instance, foreign = field.instance, field.foreign
    holders = instance.held_by if held else {}
    if not holders and foreign is None:
        return None
    tax = np.zeros((len(instance.teams), len(homes)))
    if foreign is not None:
        tax += foreign[:, homes] * 60
    row = {team.id: number for number, team in enumerate(instance.teams)}
    for column, home in enumerate(homes.tolist() if holders else ()):
        team = holders.get(instance.households[home].id)
        if team is not None:
            holder = row.get(team)
            tax[:, column] = _MOVE_MINUTES * 60
            if holder is not None and not instance.teams[holder].absent:
                tax[holder, column] = 0
    return tax


def firm(draft: Draft) -> Bools:
    """Homes that are sure of a place in any good plan while there is not time for all."""
    taken, field = draft.taken, draft.field
    if not taken.any():
        return taken
    rate = field.prize * 60 / (field.service + field.way_to + 1)
    sure: Bools = rate >= _FIRM * np.quantile(rate[taken], 0.1)
    return sure
