"""Searches for routes at given prices: a label setting backwards from the last stop.

As in Feillet, Dejax, Gendreau and Gueguen, "An exact algorithm for the elementary shortest path
problem with resource constraints" (2004), made a heuristic by keeping few labels for each home and
time, and few ways on from each (a beam), and fast by extending some thousand labels at once.
Backwards, because teams differ in where they begin while most may end anywhere: one run serves
them all. Waiting is not counted on the way, nor what a team may walk, carry or visit at most: whole
routes are weighed and checked (`pricing.Pricing.worths`).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from outreach.routing.field import Floats, Ints
from outreach.routing.pricing import Priced, Pricing, Scope, Wanted

#: Ways on from a home, and slots of time in a session.
_WAYS, _SLOTS = 15, 90
#: A label that is this many minutes behind what the cheapest team costs is dropped.
_BEHIND = 20.0
#: A way on that costs so many minutes more than time is worth leads nowhere.
_DEAR = 60.0
#: Labels kept at a time, however many runs there are.
_LEAST_BEAM = 200
#: Work of trying one way on, of a pair of homes, of a block of time, and of a run in any case.
_WAY_S, _PAIR_S, _BLOCK_S, _RUN_S = 0.085e-6, 40e-9, 1e-4, 5e-4


@dataclass(slots=True)
class _Labels:
    """Ways from a home to the end of a session, one an entry."""

    node: Ints
    #: Latest second at which the visit may begin.
    at: Ints
    #: Minutes won from there on, prices paid.
    value: Floats
    #: The kinds of team that may walk it, a bit each.
    kinds: Ints
    #: The homes on it, a bit each.
    seen: np.ndarray
    #: The label it goes on with, by number; -1 at the last stop.
    then: Ints

    def take(self, where: Ints | slice) -> "_Labels":
        return _Labels(
            self.node[where],
            self.at[where],
            self.value[where],
            self.kinds[where],
            self.seen[where],
            self.then[where],
        )


def routes(
    asked: Pricing, scope: Scope, prices: Floats, pace: float, wanted: Wanted
) -> list[Priced]:
    """Up to some routes for each kind of team that are worth more than these prices.

    `prices` has homes, then kinds; `pace` is what a minute is worth at least. The work it took is
    added to `asked.work`.
    """
    kinds = asked.alike(scope)
    found = []
    for teams in kinds:
        asked.work += _RUN_S
        each = replace(wanted, beam=max(_LEAST_BEAM, wanted.beam // len(kinds)))
        run = _Run(asked, scope, teams, prices, pace=pace, wanted=each)
        if len(run.homes):
            found += run.routes()
    return found


class _Run:
    """One run for some kinds at given prices; homes of some value only, numbered anew."""

    def __init__(
        self,
        asked: Pricing,
        scope: Scope,
        teams: Ints,
        prices: Floats,
        *,
        pace: float,
        wanted: Wanted,
    ) -> None:
        ground = asked.ground
        self.asked, self.wanted, self.prices, self.teams = asked, wanted, prices, teams
        gain = asked.prize[teams[0], scope.homes] - prices[scope.homes]
        allowed = asked.allowed[scope.homes] & int(np.left_shift(1, self.teams).sum())
        useful = (gain > 0) & (allowed != 0)
        homes = self.homes = scope.homes[useful]
        self.gain, self.allowed = gain[useful], allowed[useful]
        self.fee = prices[ground.size + self.teams]
        self.first = asked.first[self.teams][:, homes]
        self.begin = int(asked.begins[self.teams].min())
        self.end = int(asked.ends[self.teams].max())
        minutes = max(1.0, (self.end - self.begin) / 60)
        #: What a minute is worth.
        self.pace = max(float(self.fee.mean()) / minutes, pace)
        if len(homes):
            self._prepare()

    def _prepare(self) -> None:
        """Tables of the best ways on: to home (row) from its so many best predecessors."""
        ground, homes, gain = self.asked.ground, self.homes, self.gain
        loc, count = ground.loc[homes], len(homes)
        walk = ground.walks[np.ix_(loc, loc)].astype(np.int64)
        service = ground.service[homes]
        self.opens = np.maximum(
            ground.opens[homes], (self.asked.begins[self.teams][:, None] + self.first).min(axis=0)
        )
        self.closes = np.minimum(ground.closes[homes], self.end - service)
        score = gain[:, None] - walk * ((1 + self.pace) / 60)
        score -= (self.pace / 60) * service[:, None]
        np.fill_diagonal(score, -np.inf)
        ways = max(1, min(_WAYS, count - 1))
        self.before = np.argpartition(-score, ways - 1, axis=0)[:ways].T.astype(np.int32)
        leg = walk[self.before, np.arange(count)[:, None]]
        self.earlier = (leg + service[self.before]).astype(np.int32)
        self.won = (gain[self.before] - leg / 60).astype(np.float32)
        self.won[np.take_along_axis(score.T, self.before, 1) <= -_DEAR] = -1e6
        self.latest = self.closes[self.before].astype(np.int32)
        self.soonest = self.opens[self.before].astype(np.int32)
        self.word = np.arange(count) // 64
        self.bit = np.left_shift(np.uint64(1), (np.arange(count) % 64).astype(np.uint64))
        #: No label is extended to one within as many seconds before it.
        self.step = int(service.min())
        self.asked.work += count * count * _PAIR_S

    def _potential(self, labels: _Labels) -> Floats:
        return labels.value + np.float32(self.pace / 60) * (labels.at - self.begin)

    def _last(self) -> list[_Labels]:
        """Labels of last stops, for each place and time at which a session may end."""
        ground, found = self.asked.ground, []
        ends: dict[tuple[int | None, int], int] = {}
        for team in self.teams.tolist():
            key = self.asked.starts[team].end, int(self.asked.ends[team])
            ends[key] = ends.get(key, 0) | (1 << team)
        for (place, until), kinds in ends.items():
            walk = 0 if place is None else ground.walks[ground.loc[self.homes], place]
            at = np.minimum(self.closes, until - ground.service[self.homes] - walk)
            node = np.flatnonzero(((self.allowed & kinds) != 0) & (at >= self.opens))
            seen = np.zeros((len(node), int(self.word[-1]) + 1), np.uint64)
            seen[np.arange(len(node)), self.word[node]] = self.bit[node]
            value = (self.gain - walk / 60)[node].astype(np.float32)
            then = np.full(len(node), -1)
            at, kind = at[node].astype(np.int32), self.allowed[node] & kinds
            found.append(_Labels(node.astype(np.int32), at, value, kind, seen, then))
        return found

    def _best(self, labels: _Labels) -> _Labels:
        """The best few of each home, slot of time and set of teams, and of all."""
        slots = (labels.at - self.begin) // max(1, (self.end - self.begin) // _SLOTS)
        place = (labels.node.astype(np.int64) << 16) | (slots.astype(np.int64) << 9)
        place |= labels.kinds % 509
        potential = self._potential(labels)
        worst, best = float(potential.min()), float(potential.max())
        behind = ((best - potential) * (65_535 / max(best - worst, 1e-6))).astype(np.int64)
        # One number each, to be sorted: where, how far behind, and which label it is.
        key = np.sort((place << 34) | (behind << 18) | np.arange(len(place)))
        order, place = key & (2**18 - 1), key >> 34
        rank = np.arange(len(order))
        first = np.concatenate([[True], place[1:] != place[:-1]])
        order = order[rank - np.maximum.accumulate(np.where(first, rank, 0)) < self.wanted.kept]
        beam = self.wanted.beam
        if len(order) > beam:
            order = order[np.argpartition(-potential[order], beam)[:beam]]
        return labels.take(order)

    def _extended(self, labels: _Labels, base: int, least: float) -> _Labels:
        """Labels one stop earlier."""
        ways = self.before.shape[1]
        self.asked.work += len(labels.node) * ways * _WAY_S
        at = labels.at[:, None] - self.earlier[labels.node]
        np.minimum(at, self.latest[labels.node], out=at)
        value = labels.value[:, None] + self.won[labels.node]
        good = at >= self.soonest[labels.node]
        good &= value + np.float32(self.pace / 60) * (at - self.begin) >= least
        flat = np.flatnonzero(good)
        label, node = flat // ways, self.before[labels.node].ravel()[flat]
        kinds = labels.kinds[label] & self.allowed[node]
        good = (kinds != 0) & ((labels.seen[label, self.word[node]] & self.bit[node]) == 0)
        flat, label, node, kinds = flat[good], label[good], node[good], kinds[good]
        seen = labels.seen[label]
        seen[np.arange(len(node)), self.word[node]] |= self.bit[node]
        return _Labels(node, at.ravel()[flat], value.ravel()[flat], kinds, seen, base + label)

    def routes(self) -> list[Priced]:
        """Routes worth more than their prices, the best of each kind first."""
        least = float(self.fee.min()) - max(_BEHIND, self.wanted.below)
        waiting: dict[int, list[_Labels]] = {}
        for labels in self._last():
            self._queue(labels, waiting)
        done: list[_Labels] = []
        base = 0
        while waiting:
            labels = self._best(_joined(waiting.pop(max(waiting))))
            done.append(labels)
            self._queue(self._extended(labels, base, least), waiting)
            base += len(labels.node)
        self.asked.work += len(done) * _BLOCK_S
        return self._read(_joined(done)) if done else []

    def _queue(self, labels: _Labels, waiting: dict[int, list[_Labels]]) -> None:
        """Sorts labels into blocks of time, of which none leads into itself."""
        block = (labels.at - self.begin) // self.step
        order = np.argsort(block.astype(np.int16), kind="stable")
        labels, block = labels.take(order), block[order]
        ends = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(block)]
        for begin, end in itertools.pairwise(ends):
            if end > begin:
                waiting.setdefault(int(block[begin]), []).append(labels.take(slice(begin, end)))

    def _read(self, labels: _Labels) -> list[Priced]:
        """Whole routes from labels that are worth more than their prices; the best of each kind."""
        wanted, below = self.wanted, self.wanted.below
        picked, kinds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for seq, team in enumerate(self.teams.tolist()):
            begins = int(self.asked.begins[team]) + self.first[seq][labels.node]
            may = ((labels.kinds >> team) & 1).astype(np.bool_) & (begins <= labels.at)
            reduced = labels.value - self.first[seq][labels.node] / 60 - self.fee[seq]
            best = np.flatnonzero(may & (reduced > -below))
            most = 10 * wanted.each
            if len(best) > most:
                best = best[np.argpartition(-reduced[best], most)[:most]]
            best = best[np.argsort(-reduced[best], kind="stable")]
            best = best[_nth(labels.node[best]) < wanted.same_first][: wanted.each]
            picked.append(best)
            kinds.append(np.full(len(best), team))
        stops = self._stops(labels, np.concatenate(picked))
        kind = np.concatenate(kinds)
        worth = self.asked.worths(kind, stops)
        fee = np.where(stops >= 0, self.prices[stops], 0.0).sum(axis=1)
        fee += self.prices[self.asked.ground.size + kind]
        good = worth > fee + 1e-3 - below  # not where NaN
        return [
            Priced(int(kind[route]), tuple(stops[route][stops[route] >= 0].tolist()), worth[route])
            for route in np.flatnonzero(good)
        ]

    def _stops(self, labels: _Labels, label: Ints) -> Ints:
        """The homes on the way from each of some labels to the end (`Pricing.worths`)."""
        columns = []
        while (label >= 0).any():
            columns.append(np.where(label >= 0, self.homes[labels.node[label]], -1))
            label = np.where(label >= 0, labels.then[label], -1)
        return np.array(columns, np.int64).reshape(len(columns), len(label)).T


def _nth(values: Ints) -> Ints:
    """How many equal values come before each one."""
    order = np.argsort(values, kind="stable")
    rank = np.arange(len(values))
    first = np.concatenate([[True], np.diff(values[order]) != 0])[: len(values)]
    nth = np.zeros(len(values), np.int64)
    nth[order] = rank - np.maximum.accumulate(np.where(first, rank, 0))
    return nth


def _joined(several: Sequence[_Labels]) -> _Labels:
    if len(several) == 1:
        return several[0]
    return _Labels(
        np.concatenate([labels.node for labels in several]),
        np.concatenate([labels.at for labels in several]),
        np.concatenate([labels.value for labels in several]),
        np.concatenate([labels.kinds for labels in several]),
        np.concatenate([labels.seen for labels in several]),
        np.concatenate([labels.then for labels in several]),
    )
