"""Searches all homes by turns with putting the routes it met together (`pool`)."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from outreach.routing import encoding, engine, pool
from outreach.routing.budget import Budget, Lane
from outreach.routing.field import Bools, Field
from outreach.routing.generation import Generation
from outreach.routing.insertion import Draft

#: Work of one turn of a search before its routes are put together, and how many turns at least.
_TURN_S, _TURNS = 1.5, 3
#: Below this (`engine.Tuning`) the first steps may pass without one feasible plan.
_LEAST_LATENESS = 15.0
#: Stops of a route above which two searches hardly ever find the same one, and stops in all above
#: which putting routes together takes longer than a turn.
_MOST_EACH, _MOST_STOPS = 20, 500
#: Work from which on routes are made (a team's own homes are few, and soon tried), and as a share.
_LEAST_MADE, _LEAST_MADE_HELD, _FIRST_MADE = 15.0, 2.0, 0.2
#: Searches side by side.
_LANES = 2

Routes = list[list[int]]
Tell = Callable[[engine.Found], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched: homes that compete, and everything a task says but the routes."""

    field: Field
    candidates: Bools
    task: encoding.Task

    def engine(self, routes: Sequence[Sequence[int]], tuning: engine.Tuning) -> engine.Engine:
        """A search that begins at these routes."""
        return engine.Engine(self.field, replace(self.task, routes=routes), tuning)


@dataclass(frozen=True, slots=True)
class Found:
    """Routes per team, what they are worth as the task counts, and where lateness stood."""

    routes: Routes
    worth: float
    tuning: engine.Tuning
    #: Routes it met, where somebody wants to know.
    books: Sequence[pool.Recorder] = ()


#: Searches neighbourhoods of a plan until its lane is spent.
Local = Callable[[Found, pool.Pool, Lane], Found]


class ByTurns:
    """A search of everything, beside it one of neighbourhoods, then the best of all their routes.

    Again and again: the one goes on from the routes put together, the other from the best plan.
    """

    def __init__(
        self, asked: Question, budget: Budget, tuning: engine.Tuning, seed: int, tell: Tell
    ) -> None:
        self.asked, self.budget, self.tuning, self.seed = asked, budget, tuning, seed
        self._tell = tell
        self._pool = pool.Pool(asked.field, asked.candidates, asked.task)
        self._step = 0

    def run(self, share: float, local: Local, threads: ThreadPoolExecutor) -> Found:
        """The best plan when that share of the budget is spent."""
        budget = self.budget
        until = share * budget.seconds
        turn = min(_TURN_S, (until - budget.spent()) / (_LANES * _TURNS))
        anew = [list(route) for route in self.asked.task.routes]
        best = Found(anew, self._pool.encoding.worth(self._pool.encoding.solution()), self.tuning)
        first = True
        held = self.asked.task.tax is not None and bool(self.asked.field.instance.held_by)
        least = _LEAST_MADE_HELD if held else _LEAST_MADE
        made = self._pool.generation(self.seed) if until >= least else None
        first_made = _FIRST_MADE * until
        while first or (budget.going() and budget.spent() < until):
            work = min(turn, (until - budget.spent()) / _LANES)
            found = self._turn(anew, best, work, None if first else local, threads)
            first = False
            best = max([best, *found], key=lambda one: one.worth)
            lateness = max(_LEAST_LATENESS, found[0].tuning.lateness)
            self.tuning = replace(self.tuning, lateness=lateness)
            self._say(best.routes)
            budget.look()
            until = share * budget.seconds
            if budget.spent() + turn > until:
                break
            if made is not None and budget.spent() >= first_made:
                # Routes made for one mix do not fit another: nothing is combined from them.
                best = self._generate(made, best, until)
                anew = best.routes
            else:
                anew = self._pool.combined(best.worth, self._count) or best.routes
        return best

    def _turn(
        self,
        anew: Routes,
        best: Found,
        work: float,
        local: Local | None,
        threads: ThreadPoolExecutor,
    ) -> list[Found]:
        lanes = 1 if local is None else _LANES
        until = self.budget.spent() + work * _LANES / lanes
        mine = self.budget.lane(until, lanes)
        other: Future[Found] | None = None
        if local is not None:
            lane = self.budget.lane(until, lanes, tells=False)
            other = threads.submit(local, best, self._pool, lane)
        search = self.asked.engine(anew, self.tuning)
        book = self._pool.recorder(search.encoding)
        self._step += 1
        tell = self._tell if local is None else None
        routes = search.run(mine.go_on, seed=self.seed + self._step, on_best=tell, look=book.look)
        found = [Found(routes, search.worth, replace(self.tuning, lateness=search.lateness))]
        if other is not None:
            found.append(other.result())
            lane.close(elsewhere=True)
        mine.close()
        for known in (book, *(book for one in found for book in one.books)):
            self._pool.add(known)
        return found

    def _generate(self, made: Generation, best: Found, until: float) -> Found:
        """The best plan after making routes for some time."""
        budget, homes = self.budget, np.flatnonzero(self.asked.candidates)
        lane = budget.lane(until)
        plan = made.best(
            self._pool.numbers(best.routes, made.pricing), homes, lane, self._say_chosen
        )
        lane.close()
        routes = self._pool.routes(plan.chosen)
        worth = self._pool.encoding.worth(self._pool.encoding.solution(routes))
        found = Found(routes, worth, best.tuning)
        return max([best, found], key=lambda one: one.worth)

    def _count(self, work: float) -> bool:
        self.budget.charge(work)
        return self.budget.going()

    def _say_chosen(self, chosen: list[int]) -> None:
        self._tell(lambda: self._pool.routes(chosen))

    def _say(self, routes: Routes) -> None:
        kept = [list(route) for route in routes]
        self._tell(lambda: kept)


def suits(draft: Draft, *, held: bool) -> bool:
    """Whether routes are few and, where nobody holds them yet, short enough for it."""
    stops = int(draft.taken.sum())
    teams = sum(bool(route) for route in draft.routes)
    return stops <= _MOST_STOPS and (held or stops <= _MOST_EACH * teams)
