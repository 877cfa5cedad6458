"""Where one more home fits best into routes that stand: pure, over the planner's drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from outreach.rounds import questions
from outreach.rounds.questions import Question
from outreach.routing import check, explain, field, insertion
from outreach.routing.insertion import Draft
from outreach.routing.problem import rests


def _draft(question: Question, held: Mapping[str, Sequence[str]]) -> Draft:
    """The question's routes as a draft, which knows no rests; `held` are the homes still to do."""
    asked = questions.instance(question)
    number = {home.id: n for n, home in enumerate(asked.households)}
    routes = [[number[home] for home in held.get(team.id, ())] for team in asked.teams]
    return Draft(field.build(asked), routes)


def _broken(draft: Draft, team: int, route: Sequence[int]) -> int:
    """How many rules a route breaks when its walker rests on the way."""
    asked = draft.field.instance
    walker = asked.teams[team]
    homes = [*walker.frozen_prefix, *(asked.households[n].id for n in route)]
    return len(list(check.one_route(asked, walker, homes)))


def _gap(draft: Draft, team: int, home: int) -> tuple[int, float] | None:
    """The gap where a home adds least of those where it breaks nothing, and the minutes."""
    gaps = draft.gaps(team, np.array([home], np.int64))
    cost = np.where(gaps.fits, gaps.added_minutes(), np.inf)[:, 0]
    route = draft.routes[team]
    rested = bool(rests(draft.field.instance, draft.field.instance.teams[team]))
    broken = _broken(draft, team, route) if rested else 0
    for gap in np.argsort(cost, kind="stable")[: np.isfinite(cost).sum()].tolist():
        longer = [*route[:gap], home, *route[gap:]]
        if not rested or _broken(draft, team, longer) <= broken:
            return gap, float(cost[gap])
    return None


def best_gap(question: Question, route: Sequence[str], home: str) -> int:
    """Where in the only route of a question a home adds least; where it breaks nothing, if any."""
    draft = _draft(question, {question.walkers[0].id: route})
    number = _number(draft, home)
    best = _gap(draft, 0, number)
    if best is not None:
        return best[0]
    gaps = draft.gaps(0, np.array([number], np.int64))
    return int(gaps.added_minutes()[:, 0].argmin())


def cheapest_walker(
    question: Question, held: Mapping[str, Sequence[str]], home: str, *, anyhow: bool = False
) -> tuple[str, float] | None:
    """Whose route a home fits into at the least cost, and the minutes it adds; None: nobody's.

    `anyhow`: where it would break hours or promises too, but never to who may not go there.
    """
    draft = _draft(question, held)
    number = _number(draft, home)
    best: tuple[str, float] | None = None
    for team, walker in enumerate(draft.field.instance.teams):
        cost = np.inf
        if anyhow and draft.field.may[team, number]:
            cost = float(draft.gaps(team, np.array([number], np.int64)).added_minutes().min())
        elif not anyhow and (found := _gap(draft, team, number)) is not None:
            cost = found[1]
        if np.isfinite(cost) and (best is None or cost < best[1]):
            best = walker.id, cost
    return best


def shared_out(
    question: Question, held: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], list[questions.Missed]]:
    """Every home of the question that nobody holds, put where it fits; nothing else moves.

    Gives the homes to do by walker, in order, and those that fit nowhere, with why.
    """
    draft = _draft(question, held)
    stood = [list(route) for route in draft.routes]
    insertion.fill(draft)
    while _taken_back(draft, stood):
        insertion.fill(draft)
    homes = draft.field.instance.households
    routes = {
        team.id: [homes[n].id for n in route]
        for team, route in zip(draft.field.instance.teams, draft.routes, strict=True)
    }
    asked = {home.id: home for home in question.homes}
    missed = [questions.missed(m, asked[m.household]) for m in explain.left_out(draft)]
    return routes, missed


def _taken_back(draft: Draft, stood: Sequence[Sequence[int]]) -> bool:
    """Takes homes back from routes in which a rest leaves no room for them; whether there was one.

    They are not given to the same walker again.
    """
    asked, found = draft.field.instance, False
    for team, walker in enumerate(asked.teams):
        if not rests(asked, walker):
            continue
        route, before = draft.routes[team], _broken(draft, team, stood[team])
        while (new := set(route) - set(stood[team])) and _broken(draft, team, route) > before:
            worst = min(
                sorted(new),
                key=lambda home: (
                    _broken(draft, team, [other for other in route if other != home]),
                    draft.field.prize[home],
                ),
            )
            route.remove(worst)
            draft.taken[worst] = False
            draft.field.may[team, worst] = False
            draft.refresh(team)
            found = True
    return found


def _number(draft: Draft, home: str) -> int:
    return next(n for n, h in enumerate(draft.field.instance.households) if h.id == home)
