"""Sets homes aside that have no chance of being visited today, so that the search stays fast."""

import numpy as np

from outreach.routing.field import Bools
from outreach.routing.insertion import Draft

#: How much more work than time the search sees. Measured on the 1,200-home ward: 1.2 loses good
#: swaps, 2 and more slow every step down (`../shared/planning/README.md` §4).
FACTOR = 1.5


def candidates(draft: Draft, factor: float = FACTOR) -> Bools:
    """The homes worth searching over, as a mask.

    Those in the draft, appointments and skilled visits, and the best of the rest by prize per
    minute, up to `factor` times the teams' minutes.
    """
    field = draft.field
    possible = field.may.any(axis=0)
    seconds = field.service + field.way_to
    rate = field.prize / np.maximum(seconds, 1.0)
    order = np.argsort(-np.where(possible, rate, -1.0), kind="stable")
    present = [
        s for s, team in zip(field.starts, field.instance.teams, strict=True) if not team.absent
    ]
    minutes = sum(start.until - start.time for start in present)
    kept = np.zeros(field.size, np.bool_)
    kept[order[np.cumsum(seconds[order]) <= factor * minutes]] = True
    return (kept | field.special | draft.taken) & possible
