"""Searches all homes by turns with putting the routes it met together (`pool`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from outreach.routing import encoding, engine, pool
from outreach.routing.budget import Budget, Crew, Lane
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
#: Work from which on routes are made (a team's own homes are few, and soon tried).
_LEAST_MADE, _LEAST_MADE_HELD = 15.0, 2.0
#: Work before it, and of a search beside the first look for what homes are worth; as shares, and
#: never more than so much.
_FIRST_MADE, _FIRST_MADE_S, _BESIDE, _BESIDE_S = 0.1, 3.0, 0.2, 6.0

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

    def run(self, share: float, local: Local, crew: Crew) -> Found:
        """The best plan when that share of the budget is spent."""
        budget = self.budget
        until = share * budget.seconds
        turn = min(_TURN_S, (until - budget.spent()) / (crew.SIZE * _TURNS))
        anew = [list(route) for route in self.asked.task.routes]
        best = Found(anew, self._pool.encoding.worth(self._pool.encoding.solution()), self.tuning)
        first = True
        held = self.asked.task.tax is not None and bool(self.asked.field.instance.held_by)
        least = _LEAST_MADE_HELD if held else _LEAST_MADE
        made = self._pool.generation(self.seed) if until >= least else None
        first_made = min(_FIRST_MADE * until, _FIRST_MADE_S)
        while first or (budget.going() and budget.spent() < until):
            spend = min(until, budget.spent() + crew.SIZE * turn)
            jobs = [partial(self._everything, anew, alone=first)]
            if not first:
                jobs.append(partial(local, best, self._pool))
            found = crew.run(jobs, spend)
            first = False
            best = self._best(best, found)
            lateness = max(_LEAST_LATENESS, found[0].tuning.lateness)
            self.tuning = replace(self.tuning, lateness=lateness)
            self._say(best.routes)
            budget.look()
            until = share * budget.seconds
            if budget.spent() + turn > until:
                break
            if made is not None and budget.spent() >= first_made:
                # Routes made for one mix do not fit another: nothing is combined from them.
                best = self._generate(made, best, until, crew)
                anew = best.routes
            else:
                anew = self._pool.combined(best.worth, self._count) or best.routes
        return best

    def _everything(self, anew: Routes, lane: Lane, *, alone: bool) -> Found:
        """Searches all homes from these routes on until the lane is spent."""
        search = self.asked.engine(anew, self.tuning)
        book = self._pool.recorder(search.encoding)
        self._step += 1
        tell = self._tell if alone else None
        routes = search.run(lane.go_on, seed=self.seed + self._step, on_best=tell, look=book.look)
        tuning = replace(self.tuning, lateness=search.lateness)
        return Found(routes, search.worth, tuning, [book])

    def _generate(self, made: Generation, best: Found, until: float, crew: Crew) -> Found:
        """The best plan after making routes for some time."""
        homes = np.flatnonzero(self.asked.candidates)
        if not made.opened:
            work = crew.SIZE * min(_BESIDE * until, _BESIDE_S)
            beside = min(until, self.budget.spent() + work)
            jobs: list[Callable[[Lane], Found | None]] = [
                partial(made.open, homes),
                partial(self._everything, best.routes, alone=False),
            ]
            best = self._best(best, crew.run(jobs, until, beside))
        known = self._pool.numbers(best.routes, made.pricing)
        plan = made.best(known, homes, crew, until, self._say_chosen)
        routes = self._pool.routes(plan.chosen)
        worth = self._pool.encoding.worth(self._pool.encoding.solution(routes))
        return max([best, Found(routes, worth, best.tuning)], key=_worth)

    def _best(self, best: Found, found: Sequence[Found | None]) -> Found:
        """The best of all that were found, whose routes are known from now on."""
        for one in filter(None, found):
            for book in one.books:
                self._pool.add(book)
        return max([best, *filter(None, found)], key=_worth)

    def _count(self, work: float) -> bool:
        self.budget.charge(work)
        return self.budget.going()

    def _say_chosen(self, chosen: list[int]) -> None:
        self._tell(lambda: self._pool.routes(chosen))

    def _say(self, routes: Routes) -> None:
        kept = [list(route) for route in routes]
        self._tell(lambda: kept)


def _worth(found: Found) -> float:
    return found.worth


def suits(draft: Draft, *, held: bool) -> bool:
    """Whether routes are few and, where nobody holds them yet, short enough for it."""
    stops = int(draft.taken.sum())
    teams = sum(bool(route) for route in draft.routes)
    return stops <= _MOST_STOPS and (held or stops <= _MOST_EACH * teams)
