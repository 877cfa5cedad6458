"""Mends the borders of territories: homes change hands where that keeps neighbours together.

A cut along the alleys ends where the minutes are full, in the middle of a lane if need be. Here
one home moves, or two swap, as long as more nearest homes come to lie in one territory than the
minutes drift apart: seconds for a commune; a province is left as it was cut.
"""

import numpy as np
from numpy.typing import ArrayLike

from outreach.routing.field import Floats, Ints
from outreach.routing.turf import Numbers

#: Nearest homes that should share a territory, and how many of them are looked at for a border.
_NEAREST = 4
#: What a territory's minutes, off the mean by all of it, cost in pairs of neighbours.
_EVEN = 420.0
#: Rounds over all homes.
_MOST_ROUNDS = 12


def mended(territory: Ints, near: Numbers, apart: ArrayLike, minutes: ArrayLike) -> Ints:
    """Better territories of the same homes; `near` and `apart` as for `turf.alley_order`."""
    borders = _Borders(territory, near, np.asarray(apart, np.float64), np.asarray(minutes, float))
    for _ in range(_MOST_ROUNDS):
        if not sum(borders.mend(home) for home in range(len(territory))):
            break
    return np.array(borders.of, np.int64)


class _Borders:
    def __init__(self, territory: Ints, near: Numbers, apart: Floats, minutes: Floats) -> None:
        self.of: list[int] = territory.tolist()
        parts = max(self.of, default=0) + 1
        self.homes: list[set[int]] = [set() for _ in range(parts)]
        for home, part in enumerate(self.of):
            self.homes[part].add(home)
        self.minutes: list[float] = minutes.tolist()
        self.work: list[float] = np.bincount(territory, weights=minutes, minlength=parts).tolist()
        self.mean = max(sum(self.work) / parts, 1e-9)
        self.links: list[dict[int, float]] = [{} for _ in self.of]
        order = np.argsort(apart, axis=1, kind="stable")[:, :_NEAREST]
        for home, row in enumerate(np.take_along_axis(near, order, axis=1).tolist()):
            for other in row:
                self.links[home][other] = self.links[home].get(other, 0.0) + 1.0
                self.links[other][home] = self.links[other].get(home, 0.0) + 1.0

    def mend(self, home: int) -> bool:
        """The best move or swap of one home over its border, if any gains."""
        here = self.of[home]
        pulls: dict[int, float] = {}
        for other, weight in self.links[home].items():
            part = self.of[other]
            pulls[part] = pulls.get(part, 0.0) + weight
        stays = pulls.pop(here, 0.0)
        best, gain = (-1, -1), 1e-9
        for part, pull in sorted(pulls.items()):
            moved = pull - stays
            if (alone := moved - self._uneven(here, part, self.minutes[home])) > gain:
                best, gain = (part, -1), alone
            for other in sorted(self.homes[part]):
                both = moved + self._swaps_back(other, part, here, home)
                both -= self._uneven(here, part, self.minutes[home] - self.minutes[other])
                if both > gain:
                    best, gain = (part, other), both
        part, other = best
        if part < 0:
            return False
        self._move(home, part)
        if other >= 0:
            self._move(other, here)
        return True

    def _swaps_back(self, other: int, part: int, here: int, home: int) -> float:
        """What the other home of a swap gains; the two no longer pull each other."""
        pull = 0.0
        for near, weight in self.links[other].items():
            if self.of[near] == here:
                pull += weight
            elif self.of[near] == part:
                pull -= weight
        return pull - 2.0 * self.links[other].get(home, 0.0)

    def _uneven(self, here: int, part: int, minutes: float) -> float:
        """How much more uneven it gets when so many minutes change hands."""
        before = (self.work[here] - self.mean) ** 2 + (self.work[part] - self.mean) ** 2
        after = (self.work[here] - minutes - self.mean) ** 2
        after += (self.work[part] + minutes - self.mean) ** 2
        cost: float = _EVEN * (after - before) / self.mean**2
        return cost

    def _move(self, home: int, part: int) -> None:
        here, minutes = self.of[home], self.minutes[home]
        self.homes[here].discard(home)
        self.homes[part].add(home)
        self.work[here] -= minutes
        self.work[part] += minutes
        self.of[home] = part
