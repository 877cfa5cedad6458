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
from functools import partial

import numpy as np

from outreach.routing.budget import Crew, Lane
from outreach.routing.catalogue import Catalogue
from outreach.routing.diving import Dive, Effort, Part, teams_of
from outreach.routing.field import Field, Floats, Ints
from outreach.routing.pricing import Pricing, Scope
from outreach.routing.relaxation import Relaxation

#: Rounds of looking for routes for all teams, at first and again.
_ROOT_ROUNDS, _AGAIN_ROUNDS = 30, 5
#: Labels kept at a time, for all teams.
_BEAM = 2_000
#: All teams are dived for again where that is at most such a share of the work left.
_WHOLE_SHARE = 0.5
#: Teams that are freed together, and how far from them, in seconds of walking, homes still count.
_SOME, _NEAR_S = 10, 240
#: What a minute has to be worth to a route that is looked for, over what it is worth on average.
_PACE = 0.9

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
        self._pace = 0.0
        self._prices: Floats = np.zeros(known.homes + known.kinds)
        #: What was opened and not dived for yet.
        self._root: Relaxation | None = None
        self._queue: list[int] = []
        #: Whether whole numbers decided over all teams.
        self._told = False

    @property
    def opened(self) -> bool:
        """Whether homes and teams have prices."""
        return bool(self._prices.any())

    def open(self, homes: Ints, lane: Lane) -> None:
        """Looks for what homes and teams are worth; in any thread, with nobody else adding routes.

        It takes so long that another search may go on beside it.
        """
        self._root = root = Relaxation(self.known, Scope(homes, self._teams), self._prices)
        root.solve()
        fees = root.prices[self.known.homes :]
        self._pace = root.pace = _PACE * float(fees.mean()) / self.pricing.session_minutes
        root.rounds(_ROOT_ROUNDS, -np.inf, self.pricing, _BEAM, lane.go_on)
        self._prices = root.prices.copy()

    def best(
        self, chosen: Sequence[int], homes: Ints, crew: Crew, until: float, tell: Tell
    ) -> Answer:
        """The best plan over these homes when so much is spent; never worse than `chosen`.

        Sooner when whole numbers decided, or when a turn of all teams gained nothing: another
        search has to bring new routes then. `tell` is told of every better plan. It has to be
        opened first.
        """
        budget = crew.budget
        plan, began = self._answer(chosen), budget.spent()
        lane = budget.lane(until)
        found = self._whole(plan.worth, homes, lane)
        lane.close()
        if found is not None and found.worth > plan.worth:
            plan = found
            tell(plan.chosen)
        if self._told:
            return plan
        again = crew.SIZE * (budget.spent() - began)  # what the first dive took, for each
        if budget.going() and again <= _WHOLE_SHARE * (until - budget.spent()):
            wholes = self._better(self._wholes(plan, homes, crew.SIZE), crew, until)
            if wholes:
                plan = max((self._answer(routes) for _, routes in wholes), key=_worth)
                tell(plan.chosen)
        in_vain = 0
        while in_vain < self._turns(plan) and budget.going() and budget.spent() < until:
            parts = self._neighbourhoods(plan, homes, crew.SIZE)
            better = self._better(parts, crew, until)
            in_vain = 0 if better else in_vain + len(parts)
            for part, routes in better:
                kept = [route for route in plan.chosen if route not in part.free]
                plan = self._answer(kept + routes)
            if better:
                tell(plan.chosen)
        return plan

    def _turns(self, plan: Answer) -> int:
        """How many neighbourhoods there are to try: one where it is the whole plan."""
        return len(plan.chosen) if len(plan.chosen) > _SOME else min(1, len(plan.chosen))

    def _answer(self, chosen: Sequence[int]) -> Answer:
        return Answer(list(chosen), float(self.known.worth()[list(chosen)].sum()))

    def _whole(self, floor: float, homes: Ints, lane: Lane) -> Answer | None:
        """A plan for all teams; None where there is none above the floor, or when told to stop."""
        root, dice = self._root, None
        if root is None:
            dice = self._dice
            root = Relaxation(self.known, Scope(homes, self._teams), self._prices, self._pace)
            root.solve()
        else:
            self._root = None
            root.settle()
        if not root.rounds(_AGAIN_ROUNDS, -np.inf, self.pricing, _BEAM, lane.go_on):
            return None
        self._prices = root.prices.copy()
        chosen = root.decide(floor + 1e-6, self.pricing, _BEAM)
        self._told = chosen is not None
        if not lane.go_on(root.taken()) or chosen is not None:
            return self._answer(chosen) if chosen else None
        return self._answer(Dive(self.pricing, _BEAM, lane.go_on, dice).run(root))

    def _better(
        self, parts: Sequence[Part], crew: Crew, until: float
    ) -> list[tuple[Part, list[int]]]:
        """The parts that were planned anew and are worth more, with their routes."""
        jobs = [partial(part.better, self._prices, self._pace, self.pricing) for part in parts]
        found = crew.run(jobs, until)
        numbers = [self.known.merge(part.known) for part in parts]
        return [
            (part, number[better].tolist())
            for part, number, better in zip(parts, numbers, found, strict=True)
            if better is not None
        ]

    def _wholes(self, plan: Answer, homes: Ints, most: int) -> list[Part]:
        """All of a plan so many times, with other dice each time."""
        everybody = Scope(homes, self._teams)
        seeds = self._dice.integers(2**32, size=most).tolist()
        efforts = [Effort(_BEAM, _AGAIN_ROUNDS, seed) for seed in seeds]
        return [Part(self.known, everybody, plan.chosen, effort) for effort in efforts]

    def _neighbourhoods(self, plan: Answer, homes: Ints, most: int) -> list[Part]:
        """Up to so many parts of a plan that share nothing."""
        groups = self._groups(plan.chosen, most)
        idle = self._teams - teams_of(self.known, plan.chosen)
        own, loc = [self._homes(free) for free in groups], self.ground.loc
        walks = self.ground.walks
        apart = np.array([walks[np.ix_(loc[homes], loc[mine])].min(axis=1) for mine in own])
        open_to = np.where(apart.min(axis=0) <= _NEAR_S, apart.argmin(axis=0), -1)
        open_to[np.isin(homes, self._homes(plan.chosen))] = -1
        parts = []
        for number, (free, mine) in enumerate(zip(groups, own, strict=True)):
            teams = teams_of(self.known, free) + (idle if number == 0 else 0)
            scope = Scope(np.union1d(homes[open_to == number], mine), teams)
            parts.append(Part(self.known, scope, free))
        return parts

    def _homes(self, routes: Sequence[int]) -> Ints:
        return np.array([home for route in routes for home in self.known.order[route]], np.int64)

    def _groups(self, chosen: Sequence[int], most: int) -> list[list[int]]:
        """Up to so many groups of teams near each other, by their routes.

        One is around the next team in turn, another around one that is far from it.
        """
        left = list(chosen)
        if len(left) <= _SOME:
            return [left]
        self._queue = [route for route in self._queue if route in left]
        if not self._queue:
            self._queue = [left[place] for place in self._dice.permutation(len(left))]
        middle = self._queue.pop()
        far = dict(zip(left, self._apart(middle, left), strict=True))
        groups: list[list[int]] = []
        while left and len(groups) < most:
            if groups:
                waiting = [route for route in self._queue if route in left]
                middle = max(waiting or left, key=far.__getitem__)
                self._queue = [route for route in self._queue if route != middle]
            apart = self._apart(middle, left) * self._dice.uniform(0.5, 1.0, len(left))
            groups.append([left[place] for place in np.argsort(apart, kind="stable")[:_SOME]])
            left = [route for route in left if route not in groups[-1]]
        return groups

    def _apart(self, middle: int, routes: Sequence[int]) -> Floats:
        """How far each route's stops are from the nearest of one route's, in seconds of walking."""
        walks, loc, order = self.ground.walks, self.ground.loc, self.known.order
        ours = loc[list(order[middle])]
        return np.array(
            [walks[np.ix_(ours, loc[list(order[route])])].min(axis=0).mean() for route in routes]
        )


def _worth(answer: Answer) -> float:
    return answer.worth
