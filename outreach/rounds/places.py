"""Where one more home fits best into routes that stand: pure, over the planner's drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from outreach.rounds import questions
from outreach.rounds.questions import Question
from outreach.routing import explain, field, insertion
from outreach.routing.insertion import Draft


def _draft(question: Question, held: Mapping[str, Sequence[str]]) -> Draft:
    """The question's routes as a draft; `held` are the homes still to do, by walker."""
    asked = questions.instance(question)
    number = {home.id: n for n, home in enumerate(asked.households)}
    routes = [[number[home] for home in held.get(team.id, ())] for team in asked.teams]
    return Draft(field.build(asked), routes)


def best_gap(question: Question, route: Sequence[str], home: str) -> int:
    """Where in the only route of a question a home adds least; where it breaks nothing, if any."""
    draft = _draft(question, {question.walkers[0].id: route})
    asked = {h.id: n for n, h in enumerate(draft.field.instance.households)}
    gaps = draft.gaps(0, np.array([asked[home]], np.int64))
    cost = gaps.added_minutes()[:, 0]
    fitting = np.where(gaps.fits[:, 0], cost, np.inf)
    return int(fitting.argmin() if np.isfinite(fitting).any() else cost.argmin())


def cheapest_walker(
    question: Question, held: Mapping[str, Sequence[str]], home: str, *, anyhow: bool = False
) -> tuple[str, float] | None:
    """Whose route a home fits into at the least cost, and the minutes it adds; None: nobody's.

    `anyhow`: where it would break hours or promises too, but never to who may not go there.
    """
    draft = _draft(question, held)
    asked = {h.id: n for n, h in enumerate(draft.field.instance.households)}
    best: tuple[str, float] | None = None
    for team, walker in enumerate(draft.field.instance.teams):
        gaps = draft.gaps(team, np.array([asked[home]], np.int64))
        able = draft.field.may[team, asked[home]] if anyhow else gaps.fits
        cost = float(np.where(able, gaps.added_minutes(), np.inf).min())
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
    insertion.fill(draft)
    homes = draft.field.instance.households
    routes = {
        team.id: [homes[n].id for n in route]
        for team, route in zip(draft.field.instance.teams, draft.routes, strict=True)
    }
    asked = {home.id: home for home in question.homes}
    missed = [questions.missed(m, asked[m.household]) for m in explain.left_out(draft)]
    return routes, missed
