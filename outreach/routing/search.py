"""The search itself: everything, neighbourhoods beside it or after it, compact at last."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from outreach.routing import (
    balance,
    compactness,
    encoding,
    engine,
    pool,
    pruning,
    regions,
    taxes,
    turnwise,
)
from outreach.routing.budget import Budget, Crew, Lane
from outreach.routing.field import Bools, Field, Ints
from outreach.routing.insertion import Draft
from outreach.routing.mode import Mode
from outreach.routing.pieces import Limits, Piece

#: Until when each phase runs, in shares of the time.
_WHOLE, _PLAIN = 0.25, 0.5
#: Until when, where the routes met are put together.
_TURNS = 0.96
#: Homes above which the whole is never searched at once (a step would take too long, and two
#: square matrices of 5,000 homes are 400 MB).
_MOST_AT_ONCE = 2_500
#: CPU seconds of one neighbourhood, and how many stops make one.
_SLICE_S, _SLICE_STOPS = 0.3, 60
#: Plans too large to be searched at once have time for every home as a rule, and a step is cheap
#: then: 5,000 stops in 60 s walk 9,474 minutes with neighbourhoods of 60, 9,380 with 100.
_LARGE_SLICE_STOPS = 100
#: Shorter, down to this, where every team would not have its turns otherwise; about so many teams
#: share one.
_LEAST_SLICE_S, _ROUNDS, _GROUP = 0.08, 3, 6
#: Minutes that a stop pays when its nearest stops are all another team's. Half of 20 CPU seconds
#: on quick_s1 and w1200_s1 (V, purity before -> after): 5 minutes 30,875 .73 -> 30,876 .77 and
#: 17,647 .59 -> 17,674 .64; 10 minutes 30,778 .74 -> 30,693 .80 and 17,634 .54 -> 17,621 .64;
#: 20 minutes 30,854 .73 -> 30,286 .84. Up to ten it costs next to no value.
_STRANGER_MINUTES = 9.0
#: Where there is time for every home, value is walking and nothing else, and a compact plan has to
#: be cheap: bal_300 in 10 s walks 411 minutes at 9, 391 at 2, 388 at 1 (unbalanced 359).
_ROOMY_STRANGER_MINUTES = 2.0
#: Work of weighing one candidate when a home's vicinity is found.
_VICINITY_S = 12e-9
#: Up to so many homes a step on the whole is as cheap as one on a part, where only value counts.
_SMALL = 400
#: A cap on the longest session, over the mean of the free plan.
_CAP_OVER_MEAN = 1.14
#: What waking an idle team is worth in the capped search.
_WAKE_MINUTES = 60.0
#: Is shown every plan on the way.
Seen = Callable[[Draft], None] | None


class Search:
    """One run over a field; `draft` is the best so far."""

    def __init__(
        self,
        draft: Draft,
        budget: Budget,
        *,
        seed: int,
        mode: Mode,
        tell: Callable[[engine.Found], None],
    ) -> None:
        self.draft, self.budget, self.seed, self.mode = draft, budget, seed, mode
        self.field: Field = draft.field
        self.candidates: Bools = pruning.candidates(draft)
        self.teams = balance.present(self.field)
        self.candidates &= self.field.may[self.teams].any(axis=0)
        self._tell = tell
        self._vicinity = regions.Vicinity(self.field, self.candidates)
        budget.charge(self.field.size * float(self.candidates.sum()) * _VICINITY_S)
        self._dice = np.random.default_rng(seed)
        self._step = 0
        self._queue: list[int] = []
        self._tuning = engine.Tuning()
        self._slice_stops = _SLICE_STOPS
        self._roomy = False  # whether there is time for every home

    def run(self, share: float) -> Draft:
        """Searches until that share of the budget is spent."""
        roomy = self._roomy = not (self.candidates & ~self.draft.taken).any()
        at_once = bool(self.candidates.sum() <= _MOST_AT_ONCE)
        alone = not self.field.instance.fair and bool(self.candidates.sum() <= _SMALL)
        held = self._settled()
        if alone:
            self._tuning = engine.ALONE
        by_turns = at_once and not alone and (held or not roomy)
        by_turns = by_turns and turnwise.suits(self.draft, held=held)
        shaping = self.field.instance.fair and not held
        stranger = _ROOMY_STRANGER_MINUTES if roomy else _STRANGER_MINUTES
        stranger *= shaping and at_once  # a large plan's short walks keep it together by themselves
        limits = Limits(share * (1.0 if alone else _WHOLE), list(self.draft.until))
        with ThreadPoolExecutor(Crew.SIZE - 1) as threads:
            crew = Crew(self.budget, threads)
            if by_turns:
                self._by_turns(replace(limits, share=share * _TURNS), crew)
            elif at_once:
                self._whole(limits)
            else:
                self._slice_stops = _LARGE_SLICE_STOPS
                self._piecewise(replace(limits, share=share * _PLAIN), crew)
            if roomy and shaping and not balance.fair(self.draft):
                limits = self._capped(share)
            if at_once and not by_turns:
                self._piecewise(replace(limits, share=share * _PLAIN), crew)
            last = replace(limits, share=share, stranger_minutes=stranger)
            if by_turns:
                self._compact(last, crew)
            else:
                self._piecewise(last, crew)
        return self.draft

    def _compact(self, limits: Limits, crew: Crew) -> None:
        """The most compact of the plans on the way that cost next to nothing."""
        plans = [self.draft]
        self._piecewise(limits, crew, plans.append)
        self._take(compactness.best(plans))

    def _settled(self) -> bool:
        return self.mode is not Mode.FREE and bool(self.field.instance.held_by)

    def _capped(self, share: float) -> Limits:
        """Searches again with nobody's session far above the mean; keeps it if nothing is lost."""
        free = self.draft
        mean = sum(balance.worked(free, team) for team in self.teams) / len(self.teams)
        until = balance.capped(self.field, mean * _CAP_OVER_MEAN)
        limits = Limits(share * 2 * _WHOLE, until, wake_minutes=_WAKE_MINUTES)
        even = Draft(self.field, free.routes)
        balance.even_out(even, self.budget.going)
        self.draft = even
        if self.candidates.sum() <= _MOST_AT_ONCE:
            self._whole(limits)
        if self.draft.taken.sum() < free.taken.sum() or not balance.fair(self.draft):
            self.draft = even
        return limits

    def _asked(self, limits: Limits) -> turnwise.Question:
        homes = np.flatnonzero(self.candidates)
        task = encoding.Task(
            homes,
            self.draft.routes,
            limits.until,
            tax=taxes.seconds(self.field, homes, held=self.mode is not Mode.FREE),
            wake_minutes=limits.wake_minutes,
            firm=self._firm(),
            teams=self.teams,
        )
        return turnwise.Question(self.field, self.candidates, task)

    def _whole(self, limits: Limits) -> None:
        """Searches everything at once."""
        search = self._asked(limits).engine(self.draft.routes, self._tuning)
        lane = self.budget.lane(limits.share * self.budget.seconds)
        routes = search.run(lane.go_on, seed=self.seed, on_best=self._tell)
        lane.close()
        self._tuning = replace(self._tuning, lateness=search.lateness)
        self._take(Draft(self.field, routes))

    def _by_turns(self, limits: Limits, crew: Crew) -> None:
        """Searches everything, and puts the routes it met together."""
        asked = self._asked(limits)
        turns = turnwise.ByTurns(asked, self.budget, self._tuning, self.seed, self._tell)
        found = turns.run(limits.share, self._local, crew)
        self._tuning = found.tuning
        self._take(Draft(self.field, found.routes))

    def _firm(self) -> Bools:
        return self.candidates if self._roomy else taxes.firm(self.draft)

    def _take(self, draft: Draft) -> None:
        kept = [list(route) for route in draft.routes]
        self.draft = draft
        self._tell(lambda: kept)

    def _piecewise(self, limits: Limits, crew: Crew, seen: Seen = None) -> None:
        """Searches neighbourhoods that share nothing, some at a time, around teams in turn."""
        self.budget.look()
        spend = limits.share * self.budget.seconds
        turns = _ROUNDS * len(self.teams) / _GROUP
        turn = min(_SLICE_S, max(_LEAST_SLICE_S, spend / max(turns, 1)))
        while self.budget.going() and self.budget.spent() < spend:
            pieces = self._pieces(self.draft, limits, crew.SIZE)
            if not pieces:
                break
            jobs = [partial(self._search, piece) for piece in pieces]
            found = crew.run(jobs, min(spend, self.budget.spent() + len(jobs) * turn))
            self._take(self._merged(self.draft, pieces, found))
            if seen is not None:
                seen(self.draft)
            self.budget.look()
            spend = limits.share * self.budget.seconds

    def _local(self, plan: turnwise.Found, known: pool.Pool, lane: Lane) -> turnwise.Found:
        """Neighbourhoods of a plan, one after the other, until the lane is spent; in any thread."""
        draft, books = Draft(self.field, plan.routes), []
        limits = Limits(0.0, known.encoding.task.until)
        while lane.go_on(0.0):
            pieces = self._pieces(draft, limits, 1)
            if not pieces:
                break
            search = engine.Engine(self.field, pieces[0].task, self._tuning)
            books.append(known.recorder(search.encoding))
            go_on = partial(_within, lane, lane.work + _SLICE_S)
            routes = search.run(go_on, seed=pieces[0].seed, look=books[-1].look)
            draft = self._merged(draft, pieces, [routes])
        worth = known.encoding.worth(known.encoding.solution(draft.routes))
        return turnwise.Found(draft.routes, worth, self._tuning, books)

    def _merged(
        self, draft: Draft, pieces: Sequence[Piece], found: Sequence[list[list[int]]]
    ) -> Draft:
        routes = [list(route) for route in draft.routes]
        for piece, better in zip(pieces, found, strict=True):
            for team in piece.group:
                routes[team] = better[team]
        return Draft(self.field, routes)

    def _search(self, piece: Piece, lane: Lane) -> list[list[int]]:
        """The best routes of one neighbourhood, per team; in any thread."""
        search = engine.Engine(self.field, piece.task, self._tuning)
        return search.run(lane.go_on, seed=piece.seed)

    def _pieces(self, draft: Draft, limits: Limits, most: int) -> list[Piece]:
        """Up to so many neighbourhoods around the next teams in turn, that share no team."""
        count = len(self.field.starts)
        team_of = regions.owners(draft)
        links = regions.touching(self._vicinity, team_of, count)
        free, pieces = set(self.teams), []
        used = np.zeros(self.field.size, np.bool_)
        for _ in range(most):
            seed_team = self._next_team(free)
            if seed_team is None:
                break
            group = regions.neighbourhood(draft, links, seed_team, self._slice_stops, sorted(free))
            homes = regions.contenders(
                draft, self._vicinity, team_of, group, self.candidates & ~used
            )
            used[homes] = True
            free -= set(group)
            pieces.append(self._piece(draft, group, homes, team_of, limits))
        return pieces

    def _next_team(self, free: set[int]) -> int | None:
        """The next team in turn, of those that are free; every busy team has its turn."""
        if not self._queue:
            busy = [team for team in self.teams if self.draft.routes[team]]
            self._queue = [busy[number] for number in self._dice.permutation(len(busy))]
        for place in range(len(self._queue) - 1, -1, -1):
            if self._queue[place] in free:
                return self._queue.pop(place)
        return None

    def _piece(
        self, draft: Draft, group: list[int], homes: Ints, team_of: Ints, limits: Limits
    ) -> Piece:
        self._step += 1
        tax = taxes.seconds(self.field, homes, held=self.mode is not Mode.FREE)
        if limits.stranger_minutes:
            count = len(self.field.starts)
            strange = regions.strangeness(self._vicinity, team_of, homes, count)
            tax = strange * limits.stranger_minutes * 60 + (0 if tax is None else tax)
        task = encoding.Task(
            homes,
            draft.routes,
            limits.until,
            tax=tax,
            wake_minutes=limits.wake_minutes,
            bonus_minutes=limits.stranger_minutes,
            firm=self._firm(),
            teams=group,
        )
        return Piece(group, task, self.seed + self._step)


def _within(lane: Lane, end: float, work: float) -> bool:
    """Counts a step's work into a lane, and says whether there may be another before `end`."""
    return lane.go_on(work) and lane.work < end
