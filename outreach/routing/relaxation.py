"""The linear relaxation of choosing routes, solved anew as routes come (HiGHS)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np

from outreach.routing import labels
from outreach.routing.catalogue import Catalogue
from outreach.routing.field import Floats, Ints
from outreach.routing.pricing import Pricing, Scope, Wanted

#: Routes in it at first, and how far below the best their reduced worth may be, in minutes.
_ROUTES, _GAP = 1_000, 40.0
#: Those that cost most are left out when so many times as many are in it.
_OVERFULL = 1.6
#: A known route that is worth so many minutes more than its prices is taken in, up to so many at a
#: time, until that gains less than so many minutes.
_BETTER, _MOST_BETTER, _SETTLED = 1e-6, 500, 1.0
#: HiGHS's simplex strategies: the dual one where nothing is known and after limits changed, the
#: primal one after more routes came (its last answer is then still allowed).
_DUAL, _PRIMAL = 1, 4
#: Work of one simplex step for each route and each row, and of one solution in any case.
_STEP_S = {_DUAL: (28e-9, 80e-9), _PRIMAL: (22e-9, 30e-9)}
_SOLVED_S = 2e-3
#: Whole numbers decide among up to so many routes, within so many nodes, and never longer than
#: these seconds.
_DECIDED, _NODES, _SECONDS = 1_200, 20, 5.0
#: Work of deciding, for each pair of routes.
_DECISION_PAIR_S = 0.4e-6
#: Work of looking through all that are known, for each.
_KNOWN_S = 70e-9

#: Counts work and says whether to go on.
GoOn = Callable[[float], bool]


class _Quiet(highspy.Highs):
    """A solver that prints nothing: it says its name as callbacks are switched on."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - highspy's name
        self.silent()


@dataclass(slots=True)
class Relaxation:
    """Routes within a scope, and what homes and teams are worth to the best mix of them."""

    known: Catalogue
    scope: Scope
    #: For each home and kind of team of `known`, in minutes; they say nothing of what is not in
    #: the scope.
    prices: Floats
    #: What a minute is worth at least to a route that is looked for.
    pace: float = 0.0
    #: The worth of the best mix, in minutes, and the share of each route in it.
    bound: float = 0.0
    share: Floats = field(default_factory=lambda: np.zeros(0))
    routes: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    #: Work done and not yet counted.
    work: float = 0.0
    #: Rows of the catalogue that are rows of the programme.
    _rows: Ints = field(init=False)
    #: What the programme says that its routes are worth.
    _worth: Floats = field(default_factory=lambda: np.zeros(0))
    _solver: highspy.Highs | None = None

    def __post_init__(self) -> None:
        self._rows = self.scope.rows(self.known.homes)

    def solve(self) -> None:
        """Solves over the best of all known routes within the scope, at the prices there are."""
        routes, reduced = self._known()
        keep = reduced >= -_GAP
        if keep.sum() > _ROUTES:
            keep = reduced >= np.partition(reduced, -_ROUTES)[-_ROUTES]
        self.routes = routes[keep]
        self.prices = np.zeros_like(self.prices)
        self._worth = self.known.worth()[self.routes].copy()
        self._solver = self._model(self.routes)
        self._run(_DUAL)
        self.settle()

    def narrow(self, scope: Scope) -> None:
        """Solves anew within a part of the scope."""
        assert self._solver is not None
        self.scope = scope
        rows = np.arange(len(self._rows), dtype=np.int32)
        least = np.full(len(rows), -highspy.kHighsInf)
        self._solver.changeRowsBounds(  # type: ignore[attr-defined]
            len(rows), rows, least, self._most()
        )
        self._run(_DUAL)
        self.settle()

    def rounds(
        self, most: int, least_gain: float, pricing: Pricing, beam: int, go_on: GoOn
    ) -> bool:
        """Looks for better routes some times, until they gain too little; False: told to stop."""
        for _ in range(most):
            before = self.bound
            numbers = self._made(pricing, Wanted(beam))
            if not go_on(self.taken()):
                return False
            if not len(numbers):
                break
            self._extend(numbers)
            self.settle()
            if self.bound - before < least_gain:
                break
        return go_on(self.taken())

    def _made(self, pricing: Pricing, wanted: Wanted) -> Ints:
        """The numbers of routes that were looked for and found."""
        found = labels.routes(pricing, self.scope, self.prices, self.pace, wanted)
        self.work += pricing.take()
        return np.array([self.known.add(one.kind, one.order, one.worth) for one in found], np.int64)

    def _known(self) -> tuple[Ints, Floats]:
        """The known routes within the scope, and what they are worth less their prices."""
        self.work += len(self.known) * _KNOWN_S
        routes = self.known.within(self.scope.rows(self.known.homes))
        return routes, self.known.reduced(self.prices)[routes]

    def settle(self) -> None:
        """Takes in what is known already and worth more than the prices."""
        while True:
            routes, reduced = self._known()
            better = np.flatnonzero(reduced > _BETTER)
            if len(better) > _MOST_BETTER:
                better = better[np.argpartition(-reduced[better], _MOST_BETTER)[:_MOST_BETTER]]
            before = self.bound
            if not len(better) or not self._extend(routes[better]):
                break
            if self.bound - before < _SETTLED:
                break

    def taken(self) -> float:
        """Work done since it was asked last."""
        work, self.work = self.work, 0.0
        return work

    def _most(self) -> Floats:
        """How many teams there are for each row of the programme."""
        most = np.zeros(self.known.homes + self.known.kinds)
        most[self.scope.homes] = 1.0
        most[self.known.homes :] = self.scope.teams
        return most[self._rows]

    def _extend(self, numbers: Ints) -> bool:
        """Solves anew with these routes; False where none is new or better."""
        assert self._solver is not None
        known, place, _ = np.intersect1d(self.routes, numbers, return_indices=True)
        better = self.known.worth()[known] > self._worth[place] + _BETTER  # another order
        new = np.setdiff1d(numbers, known)
        if not len(new) and not better.any():
            return False
        place, known = place[better], known[better]
        self._worth[place] = self.known.worth()[known]
        self._solver.changeColsCost(len(place), place.astype(np.int32), self._worth[place])
        if len(self.routes) + len(new) > _OVERFULL * _ROUTES:
            self._shrink()
        uses = self.known.columns(new.tolist())[self._rows]
        count = len(new)
        self._solver.addCols(
            count,
            self.known.worth()[new],
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            uses.nnz,
            uses.indptr[:-1].astype(np.int32),
            uses.indices.astype(np.int32),
            uses.data,
        )
        self.routes = np.concatenate([self.routes, new])
        self._worth = np.concatenate([self._worth, self.known.worth()[new]])
        self._run(_PRIMAL)
        return True

    def _shrink(self) -> None:
        """Leaves those out that cost most; none of the best mix, which cost their prices."""
        assert self._solver is not None
        reduced = self.known.reduced(self.prices)[self.routes]
        worst = np.argsort(reduced, kind="stable")[: max(0, len(self.routes) - _ROUTES)]
        worst = np.sort(worst[reduced[worst] < -_BETTER])
        self._solver.deleteCols(len(worst), worst.astype(np.int32))
        self.routes, self._worth = np.delete(self.routes, worst), np.delete(self._worth, worst)

    def decide(self, floor: float, pricing: Pricing, beam: int) -> list[int] | None:
        """The best whole mix of routes, if it is worth more than the floor; else nothing.

        None where too many routes can be in such a mix. It is looked for within some nodes only:
        among the routes that are known, then among nearly all that can be in something better.
        """
        chosen = self._decided(floor)
        if chosen is None:
            return None
        best = max(floor, float(self.known.worth()[chosen].sum()))
        if self.bound > best + _BETTER:
            self._made(pricing, Wanted(beam, below=self.bound - best))
            chosen = self._decided(best) or chosen
        return chosen

    def _decided(self, floor: float) -> list[int] | None:
        """What `decide` says, of known routes only."""
        routes, reduced = self._known()
        routes = routes[reduced >= floor - self.bound]
        if len(routes) > _DECIDED:
            return None
        solver = self._model(routes, presolve="on")
        solver.setOptionValue("mip_max_nodes", _NODES)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("time_limit", _SECONDS)
        solver.changeColsIntegrality(
            len(routes),
            np.arange(len(routes), dtype=np.int32),
            np.full(len(routes), int(highspy.HighsVarType.kInteger), np.uint8),
        )
        solver.run()
        self.work += len(routes) ** 2 * _DECISION_PAIR_S
        share = np.array(solver.getSolution().col_value)
        if len(share) != len(routes) or self.known.worth()[routes] @ share <= floor:
            return []
        return [int(route) for route in routes[share > 0.5]]

    def _model(self, routes: Ints, *, presolve: str = "off") -> highspy.Highs:
        solver = _Quiet()
        for option, value in (("threads", 1), ("parallel", "off"), ("presolve", presolve)):
            solver.setOptionValue(option, value)
        uses = self.known.uses[:, routes][self._rows]
        programme = highspy.HighsLp()
        rows, columns = uses.shape
        programme.num_row_, programme.num_col_ = rows, columns
        programme.sense_ = highspy.ObjSense.kMaximize
        programme.col_cost_ = self.known.worth()[routes]
        programme.col_lower_ = np.zeros(columns)
        programme.col_upper_ = np.full(columns, highspy.kHighsInf)
        programme.row_lower_ = np.full(rows, -highspy.kHighsInf)
        programme.row_upper_ = self._most()
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = uses.indptr.astype(np.int32)
        programme.a_matrix_.index_ = uses.indices.astype(np.int32)
        programme.a_matrix_.value_ = uses.data
        solver.passModel(programme)
        return solver

    def _run(self, strategy: int) -> None:
        solver = self._solver
        assert solver is not None
        solver.setOptionValue("simplex_strategy", strategy)
        solver.run()
        told, info = solver.getSolution(), solver.getInfo()
        route_s, row_s = _STEP_S[strategy]
        step = len(self.routes) * route_s + len(self._rows) * row_s
        self.work += _SOLVED_S + int(info.simplex_iteration_count) * step
        self.bound = float(info.objective_function_value)
        self.share = np.array(told.col_value)
        self.prices[self._rows] = np.maximum(0.0, np.array(told.row_dual))
