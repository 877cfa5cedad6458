"""Whether an answer still fits a day that went on while somebody thought, and its times as of now.

Reports come at any moment and are no change of the round: what was done or begun since a question
was asked is found out here, before anything is written over it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from outreach.appointments.models import Origin
from outreach.appointments.models import State as Kept
from outreach.rounds import questions, rules
from outreach.rounds.models import Route
from outreach.rounds.queries.candidates import seconds_of_day
from outreach.rounds.questions import Answer, Home
from outreach.rounds.services.timing import Picture


def moves_done(picture: Picture, answer: Answer, ill: UUID | None = None) -> bool:
    """Whether it would move what was done or begun since it was worked out.

    `ill` is the route whose volunteer cannot come: what they were on their way to is given away.
    """
    walks = {walk.walker: [v.home for v in walk.visits] for walk in answer.walks}
    return any(
        _moves(picture, route, order, absent=route.id == ill)
        for route in picture.routes
        if (order := walks.get(str(route.volunteer_id), [] if route.id == ill else None))
        is not None
    )


def _moves(picture: Picture, route: Route, order: Collection[str], *, absent: bool) -> bool:
    done = {str(stop.household_id) for stop in picture.split(route)[0]}
    if not done <= set(order):
        return True
    going = None if absent else picture.under_way(route)
    next_ = next((home for home in order if home not in done), None)
    return going is not None and str(going.household_id) != next_


def timed(picture: Picture, homes: Collection[Home], answer: Answer) -> Answer:
    """The same walks with the times they would have if they were begun now, as an edit has them.

    `homes` are those that the round does not have yet, at least.
    """
    picture.told_anew |= earlier(picture, answer)
    here = {str(stop.household_id) for stop in picture.stops()}
    fresh = [home for home in homes if home.id not in here]
    asked = questions.instance(picture.question(picture.routes, fresh))
    walks = tuple(
        questions.walked(asked, walk.walker, [visit.home for visit in walk.visits])
        for walk in answer.walks
    )
    return dataclasses.replace(answer, walks=walks)


def earlier(picture: Picture, answer: Answer) -> set[UUID]:
    """Homes visited before the time they were told: they are told another, so nobody waits."""
    begins = {
        home: seconds_of_day(window.starts_at, picture.round.day, picture.zone)
        for home, window in picture.windows.items()
        if window.state is Kept.OPEN and window.origin is Origin.ANNOUNCED
    }
    return {
        home
        for walk in answer.walks
        for visit in walk.visits
        if (home := UUID(visit.home)) in begins and visit.starts_s < begins[home]
    }


def grows_late(
    picture: Picture, homes: Collection[Home], answer: Answer, *, since: datetime, now: datetime
) -> bool:
    """Whether accepting it now breaks promises that it kept when it was worked out.

    What was looked at for as long as anything new takes to begin is still what was shown.
    """
    if picture.now_s is None or (now - since).total_seconds() <= rules.NOTICE_S:
        return False
    changing = _changing(picture, answer)
    return not _late(picture, timed(picture, homes, changing)) <= _late(picture, changing)


def _changing(picture: Picture, answer: Answer) -> Answer:
    """The walks that accepting it would write: the others are left alone."""
    held = {
        str(route.volunteer_id): [str(stop.household_id) for stop in route.stops]
        for route in picture.routes
    }
    walks = (w for w in answer.walks if [v.home for v in w.visits] != held.get(w.walker))
    return dataclasses.replace(answer, walks=tuple(walks))


def _late(picture: Picture, answer: Answer) -> set[str]:
    """Homes that were told a time and are reached after it."""
    ends = {
        str(home): seconds_of_day(window.ends_at, picture.round.day, picture.zone)
        for home, window in picture.windows.items()
        if window.state is Kept.OPEN
    }
    return {
        visit.home
        for walk in answer.walks
        for visit in walk.visits
        if visit.home in ends and visit.starts_s > ends[visit.home]
    }
