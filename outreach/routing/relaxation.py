"""The linear relaxation of choosing routes, solved anew as routes come (HiGHS)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np

from outreach.routing import labels
from outreach.routing.catalogue import Catalogue
from outreach.routing.field import Floats, Ints
from outreach.routing.pricing import Pricing, Scope

#: Routes in it at first, and how far below the best their reduced worth may be, in minutes.
_ROUTES, _GAP = 2_500, 40.0
#: It is made anew when so many times as many are in it.
_OVERFULL = 1.6
#: HiGHS's simplex strategies: the dual one where nothing is known, the primal one after more
#: routes came (its last answer is then still allowed).
_DUAL, _PRIMAL = 1, 4
#: Work of one simplex step for each route, and of one solution in any case.
_STEP_ROUTE_S = {_DUAL: 39e-9, _PRIMAL: 29e-9}
_SOLVED_S = 3e-3
#: Work of looking through all that are known, for each.
_KNOWN_S = 0.15e-6

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
    #: For each home and kind of team of `known`, in minutes; what is out of scope has none.
    prices: Floats
    #: What a minute is worth at least to a route that is looked for.
    pace: float
    #: The worth of the best mix, in minutes, and the share of each route in it.
    bound: float = 0.0
    share: Floats = field(default_factory=lambda: np.zeros(0))
    routes: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    #: Work done and not yet counted.
    work: float = 0.0
    _rows: Ints = field(init=False)
    _solver: highspy.Highs | None = None

    def __post_init__(self) -> None:
        self._rows = self.scope.rows(self.known.homes)

    def solve(self) -> None:
        """Solves over the best of all known routes within the scope, at the prices there are."""
        self.work += len(self.known) * _KNOWN_S
        routes = self.known.within(self._rows)
        reduced = self.known.reduced(self.prices)
        # Those of the best mix cost their prices exactly, and many new ones promise more.
        reduced[self.routes[self.share > 0]] = np.inf
        reduced = reduced[routes]
        keep = reduced >= -_GAP
        if keep.sum() > _ROUTES:
            keep = reduced >= np.partition(reduced, -_ROUTES)[-_ROUTES]
        self.routes = routes[keep]
        self._solver = None
        self.prices = np.zeros_like(self.prices)
        self.bound, self.share = 0.0, np.zeros(len(self.routes))
        if not len(self.routes):
            return
        self._solver = self._model()
        self._run(_DUAL)

    def rounds(
        self, most: int, least_gain: float, pricing: Pricing, beam: int, go_on: GoOn
    ) -> bool:
        """Looks for better routes some times, until they gain too little; False: told to stop."""
        for _ in range(most):
            before = self.bound
            found = labels.routes(pricing, self.scope, self.prices, self.pace, beam)
            self.work += pricing.work
            pricing.work = 0.0
            if not go_on(self._taken()):
                return False
            if not found:
                break
            self._extend([self.known.add(one.kind, one.order, one.worth) for one in found])
            if self.bound - before < least_gain:
                break
        return go_on(self._taken())

    def _taken(self) -> float:
        work, self.work = self.work, 0.0
        return work

    def _extend(self, numbers: list[int]) -> None:
        new = np.setdiff1d(np.array(numbers, np.int64), self.routes)
        if self._solver is None or len(self.routes) + len(new) > _OVERFULL * _ROUTES:
            self.solve()
            return
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
        self._run(_PRIMAL)

    def _model(self) -> highspy.Highs:
        solver = _Quiet()
        for option, value in (("threads", 1), ("parallel", "off"), ("presolve", "off")):
            solver.setOptionValue(option, value)
        uses = self.known.uses[:, self.routes][self._rows]
        programme = highspy.HighsLp()
        rows, columns = uses.shape
        teams = self.scope.teams[self.scope.teams > 0]
        programme.num_row_, programme.num_col_ = rows, columns
        programme.sense_ = highspy.ObjSense.kMaximize
        programme.col_cost_ = self.known.worth()[self.routes]
        programme.col_lower_ = np.zeros(columns)
        programme.col_upper_ = np.full(columns, highspy.kHighsInf)
        programme.row_lower_ = np.full(rows, -highspy.kHighsInf)
        programme.row_upper_ = np.concatenate([np.ones(len(self.scope.homes)), teams])
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
        steps = info.simplex_iteration_count
        self.work += _SOLVED_S + steps * len(self.routes) * _STEP_ROUTE_S[strategy]
        self.bound = float(info.objective_function_value)
        self.share = np.array(told.col_value)
        self.prices[self._rows] = np.maximum(0.0, np.array(told.row_dual))
