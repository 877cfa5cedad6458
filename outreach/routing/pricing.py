"""Finds routes that are worth more than the prices of their homes and of their team.

This is the pricing problem of column generation (`generation`); `labels` searches for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outreach.routing.field import Bools, Field, Floats, Ints

#: Visits shorter than this would take too many steps.
_LEAST_SERVICE_S = 60
#: Routes for each kind of team at a time, how many of them begin at one home, and labels kept for
#: one home in one slot of time.
_EACH, _SAME_FIRST, _KEPT = 20, 4, 2
#: The first and the last, where nearly all routes are wanted.
_ALL, _KEPT_OF_ALL = 1_000, 8


@dataclass(frozen=True, slots=True)
class Scope:
    """Homes that may be visited, by number and sorted, and how many teams of each kind may go."""

    homes: Ints
    teams: Ints

    def rows(self, homes: int) -> Ints:
        """The rows of `catalogue.Catalogue.uses` it has, of so many homes."""
        return np.concatenate([self.homes, homes + np.flatnonzero(self.teams)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which routes are looked for."""

    #: Labels kept at a time, fewer where a home is not worth the same to all.
    beam: int
    #: Minutes by which a route may be worth less than its prices. Above 0, nearly all are wanted.
    below: float = 0.0

    @property
    def each(self) -> int:
        """How many of each kind of team."""
        return _ALL if self.below else _EACH

    @property
    def same_first(self) -> int:
        """How many of them begin at one home."""
        return _ALL if self.below else _SAME_FIRST

    @property
    def kept(self) -> int:
        """How many labels of one home in one slot of time."""
        return _KEPT_OF_ALL if self.below else _KEPT


@dataclass(frozen=True, slots=True)
class Priced:
    """A route of a kind of team, and what it is worth in minutes."""

    kind: int
    order: tuple[int, ...]
    worth: float


def suits(ground: Field, candidates: Bools, kinds: int) -> bool:
    """Whether visits are long enough, and kinds of team few enough for a bit each."""
    service = ground.service[candidates]
    return service.size > 1 and int(service.min()) >= _LEAST_SERVICE_S and kinds <= 60


class Pricing:
    """What routes of some kinds of team (teams that are alike) are worth over a field's homes."""

    def __init__(
        self, ground: Field, prize: Floats, kinds: Sequence[Sequence[int]], until: Sequence[int]
    ) -> None:
        """`prize`, in minutes, has a row for each kind; `until` is each team's last second."""
        self.ground, self.prize = ground, prize
        heads = [group[0] for group in kinds]
        _, self._alike = np.unique(prize, axis=0, return_inverse=True)
        self.starts = [ground.starts[team] for team in heads]
        self.begins = np.array([start.time for start in self.starts])
        self.ends = np.array([until[team] for team in heads])
        #: Seconds from each kind's start to each home.
        self.first = np.array([ground.walks[s.place, ground.loc] for s in self.starts], np.int64)
        bits = np.left_shift(np.int64(1), np.arange(len(heads)))
        #: The kinds of team that may serve each home, a bit each.
        self.allowed = (ground.may[heads] * bits[:, None]).sum(axis=0)
        #: Work done for it and not yet counted by anybody.
        self.work = 0.0

    def take(self) -> float:
        """The work not yet counted; it is now."""
        work, self.work = self.work, 0.0
        return work

    @property
    def session_minutes(self) -> float:
        """From the first team's beginning to the last one's end."""
        return float(self.ends.max() - self.begins.min()) / 60

    @property
    def differing(self) -> int:
        """How many kinds there are to whom some home is not worth the same."""
        return len(np.unique(self._alike))

    def alike(self, scope: Scope) -> list[Ints]:
        """The kinds that may go, those together to whom every home is worth the same."""
        kinds = np.flatnonzero(scope.teams)
        alike = self._alike[kinds]
        return [kinds[alike == one] for one in np.unique(alike)]

    def worths(self, kinds: Ints, stops: Ints) -> Floats:
        """What routes are worth in minutes; NaN where one breaks a rule of time or amount.

        `stops` has a row for each route: home numbers in order, then -1 to the end of the row.
        """
        ground = self.ground
        time, place = self.begins[kinds], np.array([s.place for s in self.starts])[kinds]
        walked, waited, load = np.zeros_like(time), np.zeros_like(time), np.zeros_like(time)
        prize, good = np.zeros(len(kinds)), np.ones(len(kinds), np.bool_)
        for home in stops.T:
            there = home >= 0
            leg = np.where(there, ground.walks[place, ground.loc[home]], 0)
            wait = np.where(there, np.maximum(0, ground.opens[home] - time - leg), 0)
            walked, waited, time = walked + leg, waited + wait, time + leg + wait
            good &= ~there | (time <= ground.closes[home])
            time = time + np.where(there, ground.service[home], 0)
            place = np.where(there, ground.loc[home], place)
            load += np.where(there, ground.load[home], 0)
            prize += np.where(there, self.prize[kinds, home], 0.0)
        ends = np.array([-1 if s.end is None else s.end for s in self.starts])[kinds]
        back = np.where(ends < 0, 0, ground.walks[place, ends])
        walked, time = walked + back, time + back
        for used, most in (
            (time, self.ends),
            (walked, np.array([s.walk_left for s in self.starts])),
            (load, np.array([s.load_left for s in self.starts])),
            ((stops >= 0).sum(axis=1), np.array([s.visits_left for s in self.starts])),
        ):
            good &= used <= most[kinds]
        costs = (walked + ground.instance.wait_weight * waited) / 60
        return np.where(good, prize - costs, np.nan)
