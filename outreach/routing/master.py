"""Chooses the best set of routes out of thousands: a set packing with prizes, by scipy's HiGHS.

The linear relaxation says what each home and team is worth; routes it is sure of are fixed, the
relaxation is solved again over what is left, and when few routes remain, whole numbers decide
(a dive with a restricted master, as in column generation: Joncour, Michel, Sadykov, Sverdlov and
Vanderbeck, "Column generation based primal heuristics", 2010). A home may be on two chosen routes
at the price of its prize: whoever reads the answer takes it off one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_matrix, hstack, identity, vstack

from outreach.routing.field import Bools, Floats, Ints

#: Routes whose reduced cost is farther from the best than this many minutes are out of the dive.
_GAP_MINUTES = 60.0
#: The least gap: routes as good as the relaxation's own are always in.
_LEAST_GAP = 5.0
#: Routes that a dive goes on with, and below how many whole numbers decide.
_DIVING, _DECIDED = 3_000, 100
#: A route is fixed at such a share in the relaxation.
_SURE = 0.5
#: Whole numbers decide within so many nodes, and never longer than these seconds.
_NODES, _SECONDS = 10, 5.0
#: Work of one simplex step for each route, and of deciding for each pair of routes.
_STEP_ROUTE_S, _PAIR_S = 43e-9, 4e-6

#: Counts work and says whether to go on (`budget.Budget`).
GoOn = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Columns:
    """Routes (columns) over homes, then kinds of teams (rows)."""

    #: 1 where a route visits a home or uses a team of a kind; homes first.
    uses: csc_matrix
    #: What each route is worth, in minutes.
    worth: Floats
    #: What each home is worth, in minutes: the price of visiting it twice.
    prize: Floats
    #: How many teams there are of each kind.
    teams: Ints

    @property
    def homes(self) -> int:
        return len(self.prize)


@dataclass(frozen=True, slots=True)
class Answer:
    """Which routes are chosen, and what the relaxation thinks of each route, in minutes."""

    chosen: list[int]
    #: Worth less the prices of what it uses; 0 for those of the relaxation's best set, else below.
    reduced: Floats


def choose(columns: Columns, floor: float, go_on: GoOn) -> Answer | None:
    """The best set found; None when told to stop before there was one.

    `floor` is the worth of a set that is known already.
    """
    dive = _Dive(columns)
    reduced: Floats | None = None
    while dive.live.size > (_DECIDED if reduced is not None else 0):
        solved = dive.relaxed()
        if solved is None or not go_on(solved.work):
            return None
        reduced = solved.reduced if reduced is None else reduced
        dive.narrow(solved, solved.bound - floor)
        if dive.live.size <= _DECIDED:
            break
        dive.fix(solved)
    if reduced is None:
        return None
    if dive.live.size:
        go_on(dive.live.size**2 * _PAIR_S)
        dive.decide()
    return Answer(dive.fixed, reduced)


@dataclass(slots=True)
class _Relaxed:
    """The relaxation over the routes of the dive, in their order."""

    bound: float
    share: Floats
    reduced: Floats
    work: float


class _Dive:
    """What is fixed, which routes are still to be had, and what is left of homes and teams."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.live: Ints = np.arange(len(columns.worth))
        self.fixed: list[int] = []
        self._free: Bools = np.ones(columns.homes, np.bool_)
        self._teams = columns.teams.astype(np.float64)
        self._sure = 0.0

    def relaxed(self) -> _Relaxed | None:
        worth, rows, most, prices = self._programme()
        told = linprog(-np.concatenate([worth, -prices]), A_ub=rows, b_ub=most, method="highs-ds")
        if told.x is None:
            return None
        count = len(self.live)
        reduced = worth + rows[:, :count].T @ told.ineqlin.marginals
        work = float(told.nit) * count * _STEP_ROUTE_S
        return _Relaxed(self._sure - told.fun, told.x[:count], reduced, work)

    def narrow(self, solved: _Relaxed, above: float) -> None:
        """Keeps the routes that can still be part of something better."""
        keep = solved.reduced >= -min(max(above, _LEAST_GAP), _GAP_MINUTES)
        if keep.sum() > _DIVING:
            keep = solved.reduced >= np.partition(solved.reduced, -_DIVING)[-_DIVING]
        self.live, solved.share = self.live[keep], solved.share[keep]

    def fix(self, solved: _Relaxed) -> None:
        """Takes the routes the relaxation is sure of, at least one, and drops what they exclude."""
        sure = np.flatnonzero(solved.share > _SURE)
        if not sure.size:
            sure = np.array([int(solved.share.argmax())])
        uses = self.columns.uses
        for place in sure[np.argsort(-solved.share[sure], kind="stable")]:
            route = int(self.live[place])
            homes, kind = self._read(route)
            if self._teams[kind] < 1:
                continue
            self._sure += float(self.columns.worth[route])
            self._sure -= float(self.columns.prize[homes[~self._free[homes]]].sum())
            self._free[homes] = False
            self._teams[kind] -= 1
            self.fixed.append(route)
        over = np.flatnonzero(self._teams < 1) + self.columns.homes
        gone = np.asarray(uses[over][:, self.live].sum(axis=0)).ravel() > 0
        self.live = np.setdiff1d(self.live[~gone], self.fixed)

    def decide(self) -> None:
        """Whole numbers for the rest."""
        worth, rows, most, prices = self._programme()
        count = len(self.live)
        whole = np.zeros(count + len(prices))
        whole[:count] = 1
        told = milp(
            -np.concatenate([worth, -prices]),
            constraints=LinearConstraint(rows, -np.inf, most),
            integrality=whole,
            bounds=Bounds(0, np.where(whole, 1.0, np.inf)),
            options={"node_limit": _NODES, "time_limit": _SECONDS},
        )
        if told.x is not None:
            self.fixed += [int(route) for route in self.live[told.x[:count] > 0.5]]

    def _read(self, route: int) -> tuple[Ints, int]:
        uses = self.columns.uses
        rows = uses.indices[uses.indptr[route] : uses.indptr[route + 1]]
        return rows[rows < self.columns.homes], int(rows.max()) - self.columns.homes

    def _programme(self) -> tuple[Floats, csc_matrix, Floats, Floats]:
        """Worth of the live routes, the rows they use, how much of each there is, and prices.

        The last columns of the rows let a home be visited once more, for its price.
        """
        columns = self.columns
        uses = columns.uses[:, self.live]
        twice = np.where(self._free, 0.0, columns.prize)
        worth: Floats = columns.worth[self.live] - uses[: columns.homes].T @ twice
        count = np.bincount(uses.indices, minlength=uses.shape[0])
        homes = np.flatnonzero(self._free & (count[: columns.homes] > 0))
        kinds = columns.homes + np.flatnonzero(count[columns.homes :] > 0)
        more = vstack([-identity(len(homes)), csc_matrix((len(kinds), len(homes)))])
        rows = hstack([uses[np.concatenate([homes, kinds])], more], format="csc")
        most = np.concatenate([np.ones(len(homes)), self._teams[kinds - columns.homes]])
        return worth, rows, most, columns.prize[homes]
