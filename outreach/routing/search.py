"""The search itself: the whole plan first, then neighbourhood by neighbourhood, compact at last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from outreach.routing import balance, encoding, engine, pruning, regions
from outreach.routing.budget import Budget
from outreach.routing.field import Bools, Field, Floats, Ints
from outreach.routing.insertion import Draft
from outreach.routing.problem import MOVED_MINUTES


class Mode(StrEnum):
    """How much a plan that people already hold may change."""

    #: Nobody loses or swaps a home that they can still visit; new homes fill the gaps.
    FILL = "fill"
    #: A home changes hands only where that saves more than the disturbance costs.
    LEAST = "least"
    #: As if nobody had been promised anything.
    FREE = "free"


#: Until when each phase runs, in shares of the time.
_WHOLE, _PLAIN = 0.25, 0.5
#: Homes above which the whole is never searched at once (a step would take too long, and two
#: square matrices of 5,000 homes are 400 MB).
_MOST_AT_ONCE = 2_500
#: CPU seconds of one neighbourhood, and how many stops make one.
_SLICE_S, _SLICE_STOPS = 0.3, 60
#: Minutes that a stop pays when its nearest stops are all another team's. Half of 20 CPU seconds
#: on quick_s1 and w1200_s1 (V, purity before -> after): 5 minutes 30,875 .73 -> 30,876 .77 and
#: 17,647 .59 -> 17,674 .64; 10 minutes 30,778 .74 -> 30,693 .80 and 17,634 .54 -> 17,621 .64;
#: 20 minutes 30,854 .73 -> 30,286 .84. Up to ten it costs next to no value.
_STRANGER_MINUTES = 9.0
#: Where there is time for every home, value is walking and nothing else, and a compact plan has to
#: be cheap: bal_300 in 10 s walks 411 minutes at 9, 391 at 2, 388 at 1 (unbalanced 359).
_ROOMY_STRANGER_MINUTES = 2.0
#: A cap on the longest session, over the mean of the free plan.
_CAP_OVER_MEAN = 1.14
#: What waking an idle team is worth in the capped search.
_WAKE_MINUTES = 60.0
#: Twice the judge's price of a move, so that few homes change hands (from scratch: over twenty).
_MOVE_MINUTES = 2.0 * MOVED_MINUTES


@dataclass(frozen=True, slots=True)
class Limits:
    """What one phase keeps to."""

    #: Share of all time at which it ends.
    share: float
    until: Sequence[int]
    #: What a stop among strangers costs; 0 leaves territories as they come.
    stranger_minutes: float = 0.0
    wake_minutes: float = 0.0


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
        self._dice = np.random.default_rng(seed)
        self._step = 0
        self._tuning = engine.Tuning()

    def run(self, share: float) -> Draft:
        """Searches until that share of the budget is spent."""
        roomy = not (self.candidates & ~self.draft.taken).any()
        limits = Limits(share * _WHOLE, list(self.draft.until))
        if self.candidates.sum() <= _MOST_AT_ONCE:
            self._whole(limits)
        if roomy and not self._settled() and not balance.fair(self.draft):
            limits = self._capped(share)
        self._piecewise(replace(limits, share=share * _PLAIN))
        stranger = _ROOMY_STRANGER_MINUTES if roomy else _STRANGER_MINUTES
        stranger = 0.0 if self._settled() else stranger
        self._piecewise(replace(limits, share=share, stranger_minutes=stranger))
        return self.draft

    def _settled(self) -> bool:
        return self.mode is not Mode.FREE and bool(self.field.instance.held_by)

    def _capped(self, share: float) -> Limits:
        """Searches again with nobody's session far above the mean; keeps it if nothing is lost."""
        free = self.draft
        mean = sum(balance.worked(free, team) for team in self.teams) / len(self.teams)
        until = balance.capped(self.field, mean * _CAP_OVER_MEAN)
        limits = Limits(share * 2 * _WHOLE, until, wake_minutes=_WAKE_MINUTES)
        even = Draft(self.field, free.routes)
        balance.even_out(even, self.budget.until(self.budget.seconds))
        self.draft = even
        if self.candidates.sum() <= _MOST_AT_ONCE:
            self._whole(limits)
        if self.draft.taken.sum() < free.taken.sum() or not balance.fair(self.draft):
            self.draft = even
        return limits

    def _whole(self, limits: Limits) -> None:
        homes = np.flatnonzero(self.candidates)
        task = encoding.Task(
            homes,
            self.draft.routes,
            limits.until,
            tax=self._tax(homes),
            wake_minutes=limits.wake_minutes,
            teams=self.teams,
        )
        spend = limits.share * self.budget.seconds
        search = engine.Engine(self.field, task)
        routes = search.run(self.budget.until(spend), seed=self.seed, on_best=self._tell)
        self._tuning = replace(self._tuning, lateness=search.lateness)
        self._take(Draft(self.field, routes))

    def _take(self, draft: Draft) -> None:
        kept = [list(route) for route in draft.routes]
        self.draft = draft
        self._tell(lambda: kept)

    def _piecewise(self, limits: Limits) -> None:
        """Searches neighbourhood after neighbourhood, each around another team, in random order."""
        spend = limits.share * self.budget.seconds
        queue: list[int] = []
        go_on = self.budget.until(spend)
        while go_on():
            if not queue:
                busy = [team for team in self.teams if self.draft.routes[team]]
                queue = [busy[number] for number in self._dice.permutation(len(busy))]
            if not queue:
                break
            last = min(spend, self.budget.spent() + _SLICE_S)
            self._piece(queue.pop(), limits, self.budget.until(last))

    def _piece(self, seed_team: int, limits: Limits, keep_going: Callable[[], bool]) -> None:
        field, draft, count = self.field, self.draft, len(self.field.starts)
        team_of = regions.owners(draft)
        links = regions.touching(self._vicinity, team_of, count)
        group = regions.neighbourhood(draft, links, seed_team, _SLICE_STOPS, self.teams)
        homes = regions.contenders(draft, self._vicinity, team_of, group, self.candidates)
        self._step += 1
        tax = self._tax(homes)
        if limits.stranger_minutes:
            strange = regions.strangeness(self._vicinity, team_of, homes, count)
            tax = strange * limits.stranger_minutes * 60 + (0 if tax is None else tax)
        task = encoding.Task(
            homes,
            draft.routes,
            limits.until,
            tax=tax,
            wake_minutes=limits.wake_minutes,
            bonus_minutes=limits.stranger_minutes,
            teams=group,
        )
        search = engine.Engine(field, task, self._tuning)
        found = search.run(keep_going, seed=self.seed + self._step)
        self._take(Draft(field, found))

    def _tax(self, homes: Ints) -> Floats | None:
        """Seconds charged for serving each home with a team that does not hold it today."""
        instance = self.field.instance
        held = instance.held_by
        if self.mode is Mode.FREE or not held:
            return None
        tax = np.zeros((len(instance.teams), len(homes)))
        row = {team.id: number for number, team in enumerate(instance.teams)}
        for column, home in enumerate(homes.tolist()):
            team = held.get(instance.households[home].id)
            if team is not None:
                holder = row.get(team)
                tax[:, column] = _MOVE_MINUTES * 60
                if holder is not None and not instance.teams[holder].absent:
                    tax[holder, column] = 0
        return tax
