"""Builds and repairs routes by inserting the home that is worth most per minute: fast, numpy.

One call of `Draft.gaps` prices every home at every gap of a route at once. It is the instant
plan, the solver's warm start, the repair after pruning, and what explanations are read from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from outreach.routing.field import NEVER, Bools, Field, Floats, Ints

#: Added to the prize of what must be served, so that it comes before anything else.
_MUST = 1e6
#: A visit of no seconds next door would otherwise be worth infinitely much per minute.
_LEAST_SECONDS = 30.0
#: Bids for this many nearest homes are renewed when a route grows.
_RENEWED = 300


@dataclass(frozen=True, slots=True)
class Gaps:
    """Every home (column) at every gap (row) of one route; seconds."""

    fits: Bools
    added_walk: Ints
    wait: Ints
    wait_weight: float

    def added_minutes(self) -> Floats:
        """What going there costs, as the judge counts, without the visit itself."""
        return (self.added_walk + self.wait_weight * self.wait) / 60.0


class Draft:
    """Routes under construction: home numbers per team, with arrival and slack kept current."""

    def __init__(self, field: Field, routes: Sequence[Sequence[int]] | None = None) -> None:
        self.field = field
        self.routes = [list(route) for route in routes or [()] * len(field.starts)]
        self.until = [start.until for start in field.starts]
        self.taken = np.zeros(field.size, dtype=np.bool_)
        self._leave: list[Ints] = [np.empty(0, np.int64)] * len(self.routes)
        self._latest: list[Ints] = [np.empty(0, np.int64)] * len(self.routes)
        self._walked = [0] * len(self.routes)
        for team, route in enumerate(self.routes):
            self.taken[route] = True
            self.refresh(team)

    def refresh(self, team: int) -> None:
        """Works out when each stop is left and the latest second its visit could start."""
        field, start, route = self.field, self.field.starts[team], self.routes[team]
        leave = np.empty(len(route) + 1, np.int64)
        leave[0], place, walked = start.time, start.place, 0
        for seq, home in enumerate(route):
            step = int(field.walks[place, field.loc[home]])
            begin = max(int(leave[seq]) + step, int(field.opens[home]))
            leave[seq + 1] = begin + int(field.service[home])
            place, walked = int(field.loc[home]), walked + step
        latest = np.full(len(route) + 1, self.until[team], np.int64)
        nxt = start.end
        if start.end is not None and (route or field.instance.teams[team].frozen_prefix):
            walked += int(field.walks[place, start.end])
        for seq in range(len(route) - 1, -1, -1):
            home = route[seq]
            onward = 0 if nxt is None else int(field.walks[field.loc[home], nxt])
            room = int(latest[seq + 1]) - onward - int(field.service[home])
            latest[seq] = min(room, int(field.closes[home]))
            nxt = int(field.loc[home])
        self._leave[team], self._latest[team], self._walked[team] = leave, latest, walked

    def feasible(self, team: int) -> bool:
        """Whether the route keeps its windows, its shift and its limits."""
        field, start, route = self.field, self.field.starts[team], self.routes[team]
        if not route:
            return True
        if (self._leave[team][1:] - field.service[route] > self._latest[team][:-1]).any():
            return False
        if self.field.load[route].sum() > start.load_left:
            return False
        return len(route) <= start.visits_left and self._walked[team] <= start.walk_left

    def ends(self, team: int) -> int:
        """When the team is done (and back, where it has an end)."""
        start, route = self.field.starts[team], self.routes[team]
        back = 0
        if route and start.end is not None:
            back = int(self.field.walks[self.field.loc[route[-1]], start.end])
        return int(self._leave[team][-1]) + back

    def walked(self, team: int) -> int:
        """Walking seconds of the part that can still change."""
        return self._walked[team]

    def gaps(self, team: int, homes: Ints, skip: int = 0) -> Gaps:
        """Prices `homes` at every gap of a route; with skip=1, in the place of each stop."""
        field, start, route = self.field, self.field.starts[team], self.routes[team]
        walks, loc = field.walks, field.loc
        places = np.array([start.place, *(loc[h] for h in route)], dtype=np.int64)
        before = places[: len(places) - skip]
        after = places[1 + skip :]
        there = walks[np.ix_(before, loc[homes])].astype(np.int64)
        onward = np.zeros((len(before), len(homes)), np.int64)
        onward[: len(after)] = walks[np.ix_(loc[homes], after)].T
        if start.end is not None and len(before) > len(after):
            onward[-1] = walks[loc[homes], start.end]
        now = self._walked_over(team, places, skip)
        arrive = self._leave[team][: len(before), None] + there
        begin = np.maximum(arrive, field.opens[homes])
        fits = (begin <= field.closes[homes]) & field.may[team, homes]
        latest = self._latest[team][skip:]
        fits &= begin + field.service[homes] + onward <= latest[:, None]
        added = there + onward - now[:, None]
        if start.walk_left < NEVER // 2:
            fits &= self._walked[team] + added <= start.walk_left
        if start.load_left < NEVER // 2:
            fits &= self._loads(team, skip)[:, None] + field.load[homes] <= start.load_left
        if len(route) + 1 - skip > start.visits_left:
            fits[:] = False
        return Gaps(fits, added, begin - arrive, field.instance.wait_weight)

    def _loads(self, team: int, skip: int) -> Ints:
        """What the team carries already, with each of its stops left out when skip=1."""
        own = self.field.load[self.routes[team]]
        return own.sum() - own if skip else np.array([own.sum()])

    def _walked_over(self, team: int, places: Ints, skip: int) -> Ints:
        """Walking now over each gap; with skip=1, by way of the stop that would give its place."""
        start, walks = self.field.starts[team], self.field.walks
        steps = walks[places[:-1], places[1:]].astype(np.int64)
        worked = len(places) > 1 or bool(self.field.instance.teams[team].frozen_prefix)
        back = int(walks[places[-1], start.end]) if worked and start.end is not None else 0
        steps = np.append(steps, back)
        return steps[:-1] + steps[1:] if skip else steps

    def insert(self, team: int, home: int, gap: int) -> None:
        """Puts a home into a gap."""
        self.routes[team].insert(gap, home)
        self.taken[home] = True
        self.refresh(team)

    def remove(self, team: int, seq: int) -> int:
        """Takes a stop out of a route and says which home it was."""
        home = self.routes[team].pop(seq)
        self.taken[home] = False
        self.refresh(team)
        return home


def fill(
    draft: Draft,
    candidates: Bools | None = None,
    *,
    teams: Sequence[int] | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> int:
    """Inserts, again and again, the home with the most prize per added minute; says how many.

    A home goes in only where its prize exceeds the walking and waiting it adds. `candidates`
    narrows the homes, `teams` the routes that may grow.
    """
    open_homes = ~draft.taken & draft.field.may.any(axis=0)
    if candidates is not None:
        open_homes &= candidates
    growing = list(range(len(draft.routes)) if teams is None else teams)
    if not open_homes.any() or not growing:
        return 0
    auction = _Auction(draft, np.flatnonzero(open_homes), growing)
    done = 0
    while keep_going() and auction.award():
        done += 1
    return done


def force(draft: Draft) -> int:
    """Puts each home that must be served in the place of the stop that is missed least.

    For homes that fit nowhere as it is; a stop that must be served itself gives way to nobody.
    Says how many it put in.
    """
    field, done = draft.field, 0
    for home in np.flatnonzero(field.must & ~draft.taken & field.may.any(axis=0)).tolist():
        best: tuple[float, int, int] | None = None
        for team, route in enumerate(draft.routes):
            if not route:
                continue
            gaps = draft.gaps(team, np.array([home]), skip=1)
            stops = np.array(route, np.int64)
            lost = np.where(gaps.fits[:, 0] & ~field.must[stops], field.prize[stops], np.inf)
            lost += gaps.added_minutes()[:, 0]
            seq = int(lost.argmin())
            if np.isfinite(lost[seq]) and (best is None or lost[seq] < best[0]):
                best = float(lost[seq]), team, seq
        if best is not None:
            draft.remove(best[1], best[2])
            draft.insert(best[1], home, best[2])
            done += 1
    return done


class _Auction:
    """Teams (rows) bid for homes (columns) with prize per added minute.

    A bid may be out of date: after a home went to a team, only that team's bids for homes near it
    are renewed. The others can only have fallen (the route has less time, and its new gap is far
    from them), so the highest bid is checked before it wins, and a team whose bid no longer holds
    renews its highest ones. Renewing everything instead takes a minute on 5,000 homes.
    """

    def __init__(self, draft: Draft, homes: Ints, teams: Sequence[int]) -> None:
        self.draft, self.homes, self.teams = draft, homes, teams
        self.bid = np.empty((len(teams), len(homes)))
        for row, team in enumerate(teams):
            self.bid[row], _ = _best_gaps(draft, team, homes)
        self.best = self.bid.argmax(axis=1)

    def award(self) -> bool:
        """Gives one home to the highest bidder; False when nobody bids any more."""
        while True:
            rows = np.arange(len(self.teams))
            row = int(self.bid[rows, self.best].argmax())
            column = int(self.best[row])
            bid = self.bid[row, column]
            if bid <= 0:
                return False
            now, gap = _best_gaps(self.draft, self.teams[row], self.homes[column : column + 1])
            if now[0] >= bid:
                self._give(row, column, int(gap[0]))
                return True
            self._renew(row, self._highest(-self.bid[row]))

    def _give(self, row: int, column: int, gap: int) -> None:
        home = int(self.homes[column])
        self.draft.insert(self.teams[row], home, gap)
        self.bid[:, column] = -np.inf
        field = self.draft.field
        stale = np.flatnonzero(self.best == column)
        self.best[stale] = self.bid[stale].argmax(axis=1)
        self._renew(row, self._highest(field.walks[field.loc[home], field.loc[self.homes]]))

    def _highest(self, order: Ints | Floats) -> Ints:
        """The columns that come first in some order, as many as are renewed at once."""
        if len(order) <= _RENEWED:
            return np.arange(len(order))
        return np.argpartition(order, _RENEWED)[:_RENEWED]

    def _renew(self, row: int, columns: Ints) -> None:
        columns = columns[~self.draft.taken[self.homes[columns]]]
        bids, _ = _best_gaps(self.draft, self.teams[row], self.homes[columns])
        self.bid[row, columns] = bids
        self.best[row] = self.bid[row].argmax()


def _best_gaps(draft: Draft, team: int, homes: Ints) -> tuple[Floats, Ints]:
    """For each home: prize per minute at its best gap of one route (-inf: none), and the gap."""
    if not homes.size:
        return np.empty(0), np.empty(0, np.int64)
    field = draft.field
    gaps = draft.gaps(team, homes)
    cost = np.where(gaps.fits, gaps.added_minutes(), np.inf)
    best = cost.argmin(axis=0)
    cost = cost[best, np.arange(len(homes))]
    if field.foreign is not None:
        cost = cost + field.foreign[team, homes]
    possible = np.isfinite(cost)
    cost[~possible] = 0.0
    prize = field.prize[homes] + _MUST * field.must[homes]
    minutes = np.maximum(cost * 60.0 + field.service[homes], _LEAST_SECONDS) / 60.0
    rate = np.where(possible & (prize > cost), (prize - cost) / minutes, -np.inf)
    return rate, best
