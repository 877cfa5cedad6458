"""Keeps a question from disturbing everybody: few routes may change, the others are kept. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from outreach.rounds import questions
from outreach.rounds.questions import Home, Question, Walker
from outreach.routing import calm

#: So many other routes change when somebody falls ill, unless the leader wants more.
MOST_CHANGED = calm.MOST_CHANGED


def narrowed(question: Question, most_changed: int) -> Question:
    """The question with every route locked but the few that suit best what must be taken over."""
    asked = calm.narrowed(questions.instance(question), most_changed)
    locked = {team.id for team in asked.teams if team.locked}
    walkers = tuple(
        dataclasses.replace(walker, locked=walker.locked or walker.id in locked)
        for walker in question.walkers
    )
    return kept(dataclasses.replace(question, walkers=walkers), locked)


def kept(question: Question, walkers: Collection[str]) -> Question:
    """These walkers keep what they hold even where they are late with it already.

    A plan breaks no promise and no hours by itself, so what is broken now would be dropped.
    """
    asked = questions.instance(question)
    ends: dict[str, int] = {}
    begins: dict[str, tuple[int, Walker]] = {}
    for walker in question.walkers:
        homes = [*walker.done, *question.held.get(walker.id, ())]
        if walker.id not in walkers or walker.absent or not homes:
            continue
        walk = questions.walked(asked, walker.id, homes)
        begins |= {visit.home: (visit.starts_s, walker) for visit in walk.visits}
        last = walk.visits[-1]
        ends[walker.id] = last.starts_s + asked.household[last.home].service_s
    return dataclasses.replace(
        question,
        walkers=tuple(_until(walker, ends.get(walker.id, 0)) for walker in question.walkers),
        homes=tuple(_open_to(home, *begins.get(home.id, (0, None))) for home in question.homes),
    )


def _until(walker: Walker, ends_s: int) -> Walker:
    return dataclasses.replace(walker, ends_s=ends_s) if ends_s > walker.ends_s else walker


def _open_to(home: Home, starts_s: int, walker: Walker | None) -> Home:
    """The home as its walker will find it: somebody chose that by hand, or the day brought it."""
    if walker is None:
        return home
    closes_s = None if home.closes_s is None else max(home.closes_s, starts_s)
    skill = home.skill if home.skill in walker.skills else None
    return dataclasses.replace(home, closes_s=closes_s, skill=skill)
