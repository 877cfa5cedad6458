"""How much longer people walk than the straight line, learned from walks that happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outreach.routing.walking import SPEED_MPS

#: Fewer walks than this teach nothing.
FEWEST = 30
#: Whatever the walks say, a factor stays within these: no way is shorter than the line, and where
#: people seem to take three times as long, something else than the way kept them.
LEAST, MOST = 1.1, 2.5
#: Shorter lines are mostly doorsteps and waiting at gates.
SHORTEST_M = 40.0
#: Longer between two reports, and somebody rested or reported later.
LONGEST_S = 45 * 60
#: From arriving to knowing that nobody is there.
KNOCKING_S = 60
#: A walk that took less or more than so many times its line was none.
_BELIEVED = (0.8, 6.0)


@dataclass(frozen=True, slots=True)
class Trip:
    """One walk between two homes: the line between them, and how long it took."""

    line_m: float
    seconds: float

    @property
    def factor(self) -> float:
        """How many times the line was walked, at the speed that plans assume."""
        return self.seconds * SPEED_MPS / self.line_m

    @property
    def believed(self) -> bool:
        """Whether it tells something of the way."""
        return (
            self.line_m >= SHORTEST_M
            and 0 < self.seconds <= LONGEST_S
            and _BELIEVED[0] <= self.factor <= _BELIEVED[1]
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """A factor and how many walks it is learned from."""

    factor: float
    walks: int
    #: Of which area; what two neighbourhoods take from one commune is counted once.
    area: str = ""


def learn(trips: Iterable[Trip]) -> Learned | None:
    """The factor of which walks of half of all metres took more: one odd walk moves it little.

    None when too few walks are believed.
    """
    told = sorted((trip.factor, trip.line_m) for trip in trips if trip.believed)
    if len(told) < FEWEST:
        return None
    half, reached, middle = sum(line for _, line in told) / 2, 0.0, told[-1][0]
    for factor, line in told:
        reached += line
        if reached >= half:
            middle = factor
            break
    return Learned(round(min(MOST, max(LEAST, middle)), 2), len(told))


def together(parts: Sequence[Learned | None], default: float) -> Learned | None:
    """One factor for a round in several neighbourhoods, each as heavy as the other.

    Where nothing is known, `default` counts; None when nothing is known anywhere.
    """
    known = [part for part in parts if part is not None]
    if not known:
        return None
    total = sum(part.factor for part in known) + default * (len(parts) - len(known))
    return Learned(round(total / len(parts), 2), sum(part.walks for part in set(known)))
