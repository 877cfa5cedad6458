"""Every route that is known, as the columns of one matrix."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csc_matrix, hstack

from outreach.routing.field import Floats, Ints


class Catalogue:
    """Routes over homes and kinds of teams; it only grows, and a number stands for one route.

    Of two routes of one kind over the same homes the more valuable is kept.
    """

    def __init__(self, homes: int, kinds: int) -> None:
        self.homes, self.kinds = homes, kinds
        #: Kind of team and homes in order of each route.
        self.kind: list[int] = []
        self.order: list[tuple[int, ...]] = []
        self._worth = np.zeros(1_024)
        self._number: dict[tuple[int, tuple[int, ...]], int] = {}
        self._uses = csc_matrix((homes + kinds, 0))

    def __len__(self) -> int:
        return len(self.kind)

    def add(self, kind: int, order: Sequence[int], worth: float) -> int:
        """The number of this route, which is new or known; `worth` is in minutes."""
        key = kind, tuple(sorted(order))
        number = self._number.setdefault(key, len(self.kind))
        if number == len(self.kind):
            self.kind.append(kind)
            self.order.append(tuple(order))
            if number == len(self._worth):
                self._worth = np.concatenate([self._worth, np.zeros(number)])
            self._worth[number] = worth
        elif worth > self._worth[number]:
            self.order[number], self._worth[number] = tuple(order), worth
        return number

    @property
    def uses(self) -> csc_matrix:
        """1 where a route (column) visits a home or uses a kind of team (row); homes first."""
        known = self._uses.shape[1]
        if known < len(self):
            self._uses = hstack([self._uses, self.columns(range(known, len(self)))], format="csc")
        return self._uses

    def worth(self) -> Floats:
        """What each route is worth, in minutes."""
        return self._worth[: len(self)]

    def reduced(self, prices: Floats) -> Floats:
        """What each route is worth less the prices of its homes and its team, in minutes."""
        paid: Floats = self.uses.T @ prices
        return self.worth() - paid

    def within(self, rows: Ints) -> Ints:
        """The routes that use nothing but these homes and kinds of team (rows of `uses`)."""
        other = np.ones(self.homes + self.kinds)
        other[rows] = 0.0
        return np.flatnonzero(self.uses.T @ other == 0)

    def part(self, numbers: Ints) -> "Catalogue":
        """Some of the routes, numbered anew in the same order."""
        part = Catalogue(self.homes, self.kinds)
        keys, chosen = list(self._number), numbers.tolist()
        part.kind = [self.kind[number] for number in chosen]
        part.order = [self.order[number] for number in chosen]
        part._number = {keys[number]: seq for seq, number in enumerate(chosen)}
        part._worth = np.concatenate([self.worth()[numbers], np.zeros(1_024)])
        part._uses = self.uses[:, numbers]
        return part

    def merge(self, other: "Catalogue") -> Ints:
        """Takes over all of another one's routes; their numbers in this one."""
        known = zip(other.kind, other.order, other.worth().tolist(), strict=True)
        return np.array([self.add(*route) for route in known], np.int64)

    def columns(self, numbers: Iterable[int]) -> csc_matrix:
        """Some columns of `uses`; of few, this is faster."""
        rows: list[int] = []
        ends = [0]
        for number in numbers:
            rows.extend(self.order[number])
            rows.append(self.homes + self.kind[number])
            ends.append(len(rows))
        shape = (self.homes + self.kinds, len(ends) - 1)
        return csc_matrix((np.ones(len(rows)), rows, ends), shape=shape)
