"""Column generation: routes made for a plan, not met by chance, and plans dived for in them.

The relaxation says what every home and team is worth, `labels` finds routes that are worth more
than that, and so on until it finds none. A dive then fixes the routes the relaxation is surest of
and looks for new ones between two steps ("diving with pricing": Sadykov, Vanderbeck, Pessoa,
Tahiri and Uchoa, "Primal heuristics for branch and price", 2019). The first dive is for all teams;
after it some teams near each other are freed and dived for again, in turns. Where few known routes
can be part of something better, whole numbers decide between them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from outreach.routing.budget import Lane
from outreach.routing.catalogue import Catalogue
from outreach.routing.field import Field, Floats, Ints
from outreach.routing.pricing import Pricing, Scope
from outreach.routing.relaxation import GoOn, Relaxation

#: Rounds of looking for routes: for all teams at first and again, after each step of a dive, and
#: for some teams before their dive.
_ROOT_ROUNDS, _AGAIN_ROUNDS, _DIVE_ROUNDS, _SOME_ROUNDS = 30, 5, 4, 3
#: A dive's rounds end when one gains less than this, in minutes.
_GAIN = 3.0
#: Labels kept at a time, for all teams and for some.
_BEAM, _SOME_BEAM = 2_000, 1_000
#: A dive fixes at most so many routes at a time, those of such a share.
_FIXED, _SURE = 3, 0.8
#: Up to so much is added to a route's share by dice when all teams are dived for again.
_DICE = 0.15
#: All teams are dived for so many times, in up to such a share of the work.
_WHOLES, _WHOLE_SHARE = 3, 0.5
#: Teams that are freed together, and how far from them, in seconds of walking, homes still count.
_SOME, _NEAR_S = 10, 240
#: What a minute has to be worth to a route that is looked for, over what it is worth on average.
_PACE = 0.9
#: A share as good as none.
_NOTHING = 1e-6
#: Below this gain, in minutes, of the relaxation no dive is tried.
_PROMISING = 0.5

#: Is shown the numbers of the routes of a plan.
Tell = Callable[[list[int]], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """Numbers of routes, one a team at most, and what they are worth together, in minutes."""

    chosen: list[int]
    worth: float


class Generation:
    """Makes better plans of one question, again and again."""

    def __init__(
        self, ground: Field, known: Catalogue, pricing: Pricing, teams: Sequence[int], seed: int
    ) -> None:
        """`teams` is how many there are of each kind."""
        self.ground, self.known, self.pricing = ground, known, pricing
        self._teams = np.array(teams, np.int64)
        self._dice = np.random.default_rng(seed)
        self._prices: Floats | None = None
        self._pace = 0.0
        self._queue: list[int] = []
        #: Whether whole numbers decided over all teams.
        self._told = False

    def best(self, chosen: Sequence[int], homes: Ints, lane: Lane, tell: Tell) -> Answer:
        """The best plan over these homes when the lane is spent; never worse than `chosen`.

        Sooner when whole numbers decided, or when a turn of all teams gained nothing: another
        search has to bring new routes then. `tell` is told of every better plan.
        """
        plan, most = self._answer(chosen), lane.left()
        for _ in range(_WHOLES):
            found = self._whole(plan.worth, homes, lane.go_on)
            if found is not None and found.worth > plan.worth:
                plan = found
                tell(plan.chosen)
            if self._told:
                return plan
            if not lane.go_on(0.0) or lane.left() < (1 - _WHOLE_SHARE) * most:
                break
        in_vain = 0
        while in_vain < self._turns(plan) and lane.go_on(0.0):
            found = self._some(plan, homes, lane.go_on)
            in_vain += 1
            if found is not plan:
                plan, in_vain = found, 0
                tell(plan.chosen)
        return plan

    def _turns(self, plan: Answer) -> int:
        """How many neighbourhoods there are to try: one where it is the whole plan."""
        return len(plan.chosen) if len(plan.chosen) > _SOME else min(1, len(plan.chosen))

    def _answer(self, chosen: Sequence[int]) -> Answer:
        return Answer(list(chosen), float(self.known.worth()[list(chosen)].sum()))

    def _whole(self, floor: float, homes: Ints, go_on: GoOn) -> Answer | None:
        """A plan for all teams; None where there is none above the floor, or when told to stop."""
        prices = self._prices
        first = prices is None
        if prices is None:
            prices = np.zeros(self.known.homes + self.known.kinds)
        root = Relaxation(self.known, Scope(homes, self._teams), prices, self._pace)
        root.solve()
        fees = root.prices[self.known.homes :]
        self._pace = root.pace = _PACE * float(fees.mean()) / self.pricing.session_minutes
        rounds = _ROOT_ROUNDS if first else _AGAIN_ROUNDS
        if not root.rounds(rounds, -np.inf, self.pricing, _BEAM, go_on):
            return None
        self._prices = root.prices.copy()
        chosen = root.decide(floor + 1e-6)
        self._told = chosen is not None
        if not go_on(root.taken()) or chosen is not None:
            return self._answer(chosen) if chosen else None
        return self._dive(root, _BEAM, go_on, dice=not first)

    def _some(self, plan: Answer, homes: Ints, go_on: GoOn) -> Answer:
        """The plan, or a better one in which some teams near each other changed."""
        assert self._prices is not None
        free = self._neighbours(plan.chosen)
        rest = [route for route in plan.chosen if route not in free]
        part = Relaxation(self.known, self._scope(free, rest, homes), self._prices, self._pace)
        part.solve()
        if not part.rounds(_SOME_ROUNDS, -np.inf, self.pricing, _SOME_BEAM, go_on):
            return plan
        before = self._answer(free).worth
        if part.bound <= before + _PROMISING:
            return plan
        found = self._dive(part, _SOME_BEAM, go_on, dice=False)
        if found is None or found.worth <= before + 1e-6:
            return plan
        return self._answer(rest + found.chosen)

    def _neighbours(self, chosen: Sequence[int]) -> list[int]:
        """Routes of some teams around the next in turn, by how far their stops are apart."""
        if len(chosen) <= _SOME:
            return list(chosen)
        self._queue = [route for route in self._queue if route in set(chosen)]
        if not self._queue:
            self._queue = [chosen[place] for place in self._dice.permutation(len(chosen))]
        middle = self.ground.loc[list(self.known.order[self._queue.pop()])]
        apart = np.array(
            [
                self.ground.walks[np.ix_(middle, self.ground.loc[list(self.known.order[route])])]
                .min(axis=0)
                .mean()
                for route in chosen
            ]
        )
        apart *= self._dice.uniform(0.5, 1.0, len(chosen))
        return [chosen[place] for place in np.argsort(apart, kind="stable")[:_SOME]]

    def _scope(self, free: Sequence[int], rest: Sequence[int], homes: Ints) -> Scope:
        taken = np.zeros(self.known.homes, np.bool_)
        taken[[home for route in rest for home in self.known.order[route]]] = True
        own = [home for route in free for home in self.known.order[route]]
        loc = self.ground.loc
        left = homes[~taken[homes]]
        near = self.ground.walks[np.ix_(loc[left], loc[own])].min(axis=1) <= _NEAR_S
        return Scope(left[near], self._teams - self._kinds_of(rest))

    def _dive(self, top: Relaxation, beam: int, go_on: GoOn, *, dice: bool) -> Answer | None:
        """Fixes routes until every team has one; None when told to stop."""
        fixed: list[int] = []
        while True:
            sure = self._sure(top, dice=dice)
            if not sure:
                break
            fixed += sure
            scope = self._without(top.scope, sure)
            if not scope.teams.any() or not len(scope.homes):
                break
            top.narrow(scope)
            if not top.rounds(_DIVE_ROUNDS, _GAIN, self.pricing, beam, go_on):
                return None
        return self._answer(fixed)

    def _sure(self, level: Relaxation, *, dice: bool) -> list[int]:
        """The routes of the largest shares that leave each other be; at least one."""
        homes: set[int] = set()
        teams = level.scope.teams.copy()
        sure: list[int] = []
        liked = level.share
        if dice:
            open_to = (liked > _NOTHING) & (liked < 1 - _NOTHING)
            liked = liked + self._dice.uniform(0, _DICE, len(liked)) * open_to
        for place in np.argsort(-liked, kind="stable")[:_FIXED].tolist():
            share, route = level.share[place], int(level.routes[place])
            if share < _NOTHING or (sure and share < _SURE):
                break
            kind, stops = self.known.kind[route], self.known.order[route]
            if teams[kind] and homes.isdisjoint(stops):
                sure.append(route)
                teams[kind] -= 1
                homes.update(stops)
        return sure

    def _without(self, scope: Scope, routes: Sequence[int]) -> Scope:
        gone = [home for route in routes for home in self.known.order[route]]
        return Scope(np.setdiff1d(scope.homes, gone), scope.teams - self._kinds_of(routes))

    def _kinds_of(self, routes: Sequence[int]) -> Ints:
        kinds = np.array([self.known.kind[route] for route in routes], np.int64)
        return np.bincount(kinds, minlength=self.known.kinds)
