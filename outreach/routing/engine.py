"""PyVRP behind our own words: improves routes over some of the homes until told to stop."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import pyvrp
import pyvrp.exceptions
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)

from outreach.routing.encoding import Encoding, Task
from outreach.routing.field import Field

#: A penalty above every prize, and where that of carrying or visiting too much begins.
_WALL, _SLOPE = 1e6, 1e3

#: Routes when asked for: converting every best solution would cost more than finding it.
Found = Callable[[], list[list[int]]]
#: Counts the work of a step and says whether there may be another (`budget.Lane.go_on`).
GoOn = Callable[[float], bool]
#: Sees a solution, feasible or not.
Look = Callable[[pyvrp.Solution], None]

#: Work (CPU seconds on the machine it was fitted on) of one step of the search, in any case and
#: for each home that takes part; for each move that was priced: in any case, for each stop of a
#: route, and for each home. Fitted over
#: tasks of 60 to 900 homes; the model errs by some tenth.
_STEP_S, _STEP_HOME_S = 100e-6, 0.3e-6
_MOVE_S, _MOVE_STOP_S, _MOVE_HOME_S = 43e-9, 1.1e-9, 0.08e-9
#: Work of looking at one route of a step.
_LOOK_ROUTE_S = 5e-6
#: A move is cheaper where no home is optional.
_STRICT = 0.5
#: Work of putting a task into PyVRP's words, and of finding each home's neighbours.
_TASK_S, _TASK_HOME_S, _TASK_PAIR_S = 2e-3, 40e-6, 60e-9


@dataclass(frozen=True, slots=True)
class Tuning:
    """What we set differently from PyVRP, and what it is worth.

    PyVRP begins with a penalty of 50,000 for a second of lateness and lowers it by a tenth every
    500 steps, so that a short search never gets to use late routes as stepping stones; a second
    of a session is worth about 15 of our units. V on w1200_s1 and s3 (mean) in 8 CPU seconds: as
    PyVRP has it 16,909; lateness 5,000 17,015; 500 17,073; 20 17,265; with history 100 17,357.
    Below 15 the first seconds may pass without one feasible plan.
    """

    perturbations: int = 10
    neighbours: int = 50
    history: int = 100
    wait_weight: float = 0.2
    #: Cost units per second of lateness at the start of the search.
    lateness: float = 30.0
    #: Steps after which it is adapted. PyVRP's 500 are more than a neighbourhood's whole search.
    adapted_every: int = 200


#: For a whole task that is small enough to be searched for as long as there is time.
ALONE = Tuning(perturbations=25, history=300, lateness=50_000.0, adapted_every=500)


class Engine:
    """One search over one task."""

    def __init__(self, field: Field, task: Task, tuning: Tuning = Tuning()) -> None:
        self.encoding, self.tuning = Encoding(field, task), tuning
        self.data = self.encoding.data
        self.iterations = 0
        #: What the routes are worth, in minutes, as the task counts: at first, later at the end.
        self.worth = self.encoding.worth(self.encoding.solution())
        #: What a second of lateness cost at the end: where the next search should begin.
        self.lateness = tuning.lateness

    def run(
        self,
        go_on: GoOn,
        *,
        seed: int = 0,
        on_best: Callable[[Found], None] | None = None,
        look: Look | None = None,
        cold: bool = False,
    ) -> list[list[int]]:
        """The best routes found, per team; never worse than feasible routes it started from.

        `look` is shown every solution on the way. `cold` starts from a random solution, as PyVRP
        does when it is given none.
        """
        search, penalties = self._search(seed), self._penalties()
        homes = len(self.encoding.task.homes)
        stops = self.encoding.stops() / max(1, self.data.num_vehicles)
        move = _MOVE_S + stops * _MOVE_STOP_S + homes * _MOVE_HOME_S
        step = _STEP_S + homes * _STEP_HOME_S
        move *= _STRICT if self.encoding.strict else 1.0
        step += _LOOK_ROUTE_S * self.data.num_vehicles if look else 0.0
        go_on(_TASK_S + homes * _TASK_HOME_S + homes * homes * _TASK_PAIR_S)
        algorithm = pyvrp.IteratedLocalSearch(
            self.data,
            penalties,
            search,
            self._random(search, seed) if cold else self.encoding.solution(),
            pyvrp.IteratedLocalSearchParams(
                history_length=self.tuning.history, callbacks=_Watch(self.encoding, on_best, look)
            ),
        )
        with warnings.catch_warnings():
            # Promises that exclude each other make it say so; we say so ourselves, by name.
            warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
            result = algorithm.run(
                lambda _: not go_on(step + search.statistics.num_moves * move),
                collect_stats=False,
            )
        self.iterations = result.num_iterations
        self.lateness = float(penalties.penalties()[1])
        if result.best.is_feasible():
            self.worth = self.encoding.worth(result.best)
            return self.encoding.routes(result.best)
        return [list(route) for route in self.encoding.task.routes]

    def _search(self, seed: int) -> LocalSearch:
        tuning = self.tuning
        near = NeighbourhoodParams(
            weight_wait_time=tuning.wait_weight, num_neighbours=tuning.neighbours
        )
        search = LocalSearch(
            self.data,
            pyvrp.RandomNumberGenerator(seed=seed),
            compute_neighbours(self.data, near),
            PerturbationManager(PerturbationParams(1, tuning.perturbations)),
        )
        for operator in OPERATORS:
            if operator.supports(self.data):
                search.add_operator(operator(self.data))
        return search

    def _random(self, search: LocalSearch, seed: int) -> pyvrp.Solution:
        random = pyvrp.Solution.make_random(self.data, pyvrp.RandomNumberGenerator(seed=seed))
        return search(random, self._penalties().max_cost_evaluator(), exhaustive=True)

    def _penalties(self) -> pyvrp.PenaltyManager:
        """Rules of who may go where are walls; lateness starts as a slope, and grows to a wall."""
        soft = self.encoding.limits
        walls = [_WALL] * (self.data.num_load_dimensions - soft) + [_SLOPE] * soft
        params = pyvrp.PenaltyParams(
            max_penalty=_WALL, solutions_between_updates=self.tuning.adapted_every
        )
        slope = self.tuning.lateness
        return pyvrp.PenaltyManager((walls, slope, slope), params)


class _Watch(pyvrp.IteratedLocalSearchCallbacks):
    def __init__(
        self, encoding: Encoding, tell: Callable[[Found], None] | None, look: Look | None
    ) -> None:
        self._encoding, self._tell, self._look = encoding, tell, look

    def on_best(self, best: pyvrp.Solution) -> None:
        if self._tell is not None and best.is_feasible():
            self._tell(lambda: self._encoding.routes(best))

    def on_iteration(
        self,
        current: pyvrp.Solution,
        candidate: pyvrp.Solution,
        best: pyvrp.Solution,
        cost_evaluator: pyvrp.CostEvaluator,
    ) -> None:
        del current, best, cost_evaluator
        if self._look is not None:
            self._look(candidate)
