"""Dives: whole routes out of a relaxation, fixed some at a time, with new ones made in between.

Some teams of a plan are dived for apart from the rest, in any thread: `Part` has its own catalogue.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from outreach.routing.budget import Lane
from outreach.routing.catalogue import Catalogue
from outreach.routing.field import Floats, Ints
from outreach.routing.pricing import Pricing, Scope
from outreach.routing.relaxation import GoOn, Relaxation

#: Rounds of looking for routes after each step, which end when one gains less than this, in
#: minutes.
_DIVE_ROUNDS, _GAIN = 4, 3.0
#: A dive fixes at most so many routes at a time, those of such a share.
_FIXED, _SURE = 3, 0.8
#: Up to so much is added to a route's share by dice.
_DICE = 0.15
#: A share as good as none.
_NOTHING = 1e-6
#: Below this gain, in minutes, of the relaxation no dive is tried.
_PROMISING = 0.5
#: Work of giving a part its own catalogue, for each route in it.
_KNOWN_S = 2e-6


@dataclass(frozen=True, slots=True)
class Dive:
    """How a dive is done."""

    pricing: Pricing
    #: Labels kept at a time.
    beam: int
    go_on: GoOn
    #: Shares are changed by them a little.
    dice: np.random.Generator | None = None

    def run(self, top: Relaxation) -> list[int]:
        """Fixes routes until every team has one; all that fit at once when told to stop."""
        fixed: list[int] = []
        while sure := self._sure(top):
            fixed += sure
            scope = without(top.known, top.scope, sure)
            if not scope.teams.any() or not len(scope.homes):
                break
            top.narrow(scope)
            if not top.rounds(_DIVE_ROUNDS, _GAIN, self.pricing, self.beam, self.go_on):
                return fixed + self._sure(top, most=len(top.share), least=0.0)
        return fixed

    def _sure(self, level: Relaxation, most: int = _FIXED, least: float = _SURE) -> list[int]:
        """The routes of the largest shares that leave each other be; at least one, if any."""
        known = level.known
        homes: set[int] = set()
        teams = level.scope.teams.copy()
        sure: list[int] = []
        liked = level.share
        if self.dice is not None:
            open_to = (liked > _NOTHING) & (liked < 1 - _NOTHING)
            liked = liked + self.dice.uniform(0, _DICE, len(liked)) * open_to
        for place in np.argsort(-liked, kind="stable")[:most].tolist():
            share, route = level.share[place], int(level.routes[place])
            if share < _NOTHING or (sure and share < least):
                break
            kind, stops = known.kind[route], known.order[route]
            if teams[kind] and homes.isdisjoint(stops):
                sure.append(route)
                teams[kind] -= 1
                homes.update(stops)
        return sure


@dataclass(frozen=True, slots=True)
class Effort:
    """How routes are looked for before a dive, and with what dice."""

    #: Labels kept at a time, and how often routes are looked for.
    beam: int
    rounds: int
    #: No dice are thrown without one.
    seed: int | None = None


#: For some teams of a plan.
_SOME = Effort(beam=1_000, rounds=3)


class Part:
    """Some or all teams and homes of a plan, to be planned anew apart from the rest."""

    def __init__(
        self, known: Catalogue, scope: Scope, free: Sequence[int], effort: Effort = _SOME
    ) -> None:
        """`free` are the numbers of the teams' routes now."""
        numbers = known.within(scope.rows(known.homes))
        #: Routes of the part, known and new, numbered apart.
        self.known = known.part(numbers)
        self.scope, self.free = scope, free
        self._worth = float(known.worth()[list(free)].sum())
        self._work = len(numbers) * _KNOWN_S
        self._effort = effort

    def better(self, prices: Floats, pace: float, pricing: Pricing, lane: Lane) -> list[int] | None:
        """Numbers of `known` that are worth more together; None without any. In any thread."""
        apart = copy(pricing)  # which counts its own work
        top = Relaxation(self.known, self.scope, prices, pace, work=self._work)
        top.solve()
        effort = self._effort
        if not top.rounds(effort.rounds, -np.inf, apart, effort.beam, lane.go_on):
            return None
        if top.bound <= self._worth + _PROMISING:
            return None
        dice = None if effort.seed is None else np.random.default_rng(effort.seed)
        found = Dive(apart, effort.beam, lane.go_on, dice).run(top)
        return found if self.known.worth()[found].sum() > self._worth + 1e-6 else None


def without(known: Catalogue, scope: Scope, routes: Sequence[int]) -> Scope:
    """What is left when these routes are walked."""
    gone = [home for route in routes for home in known.order[route]]
    return Scope(np.setdiff1d(scope.homes, gone), scope.teams - teams_of(known, routes))


def teams_of(known: Catalogue, routes: Sequence[int]) -> Ints:
    """How many teams of each kind walk these routes."""
    kinds = np.array([known.kind[route] for route in routes], np.int64)
    return np.bincount(kinds, minlength=known.kinds)
