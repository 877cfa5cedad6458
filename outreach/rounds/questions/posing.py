"""Questions in the planner's own form, and its plans as answers."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from outreach.rounds import safety
from outreach.rounds.questions.values import (
    Answer,
    Home,
    Missed,
    Question,
    Visit,
    Walk,
    Walker,
)
from outreach.routing import timetable
from outreach.routing.plan import LeftOut, Plan, Route
from outreach.routing.problem import (
    Break,
    Household,
    Instance,
    Location,
    PreviousRoute,
    Team,
    WalkingSource,
    Walks,
)
from outreach.routing.streets import cache, extract, tables
from outreach.routing.walking import SPEED_MPS, walk_matrix


@dataclass(frozen=True, slots=True)
class Posed:
    """A question in the planner's own form."""

    instance: Instance
    #: Homes that no street comes near: straight lines lead there.
    far: frozenset[str]


def instance(question: Question) -> Instance:
    """The planner's own form of a question."""
    return posed(question).instance


def posed(question: Question) -> Posed:
    """The planner's own form of a question, with walking times on streets where it names some."""
    starts = list(dict.fromkeys((w.latitude, w.longitude) for w in question.walkers))
    points = [*starts, *((h.latitude, h.longitude) for h in question.homes)]
    walk_s, source, far = _ways(question, points)
    named = [home for home in question.homes if home.only]
    found = Instance(
        locations=tuple(Location(lat, lon) for lat, lon in points),
        teams=tuple(
            _team(w, starts.index((w.latitude, w.longitude)), named) for w in question.walkers
        ),
        households=tuple(
            _household(home, len(starts) + number, question.now_s)
            for number, home in enumerate(question.homes)
        ),
        walk_s=walk_s,
        walking=source,
        now=question.now_s,
        previous_plan=tuple(PreviousRoute(w, stops) for w, stops in question.held.items()),
    )
    homes = zip(question.homes, far[len(starts) :], strict=True)
    return Posed(found, frozenset(home.id for home, far_off in homes if far_off))


def _team(walker: Walker, start: int, named: Sequence[Home]) -> Team:
    people = walker.people or (walker.id,)
    return Team(
        id=walker.id,
        start=start,
        shift=(walker.starts_s, walker.ends_s),
        skills=frozenset(walker.skills) | safety.held(people, named),
        size=len(people),
        frozen_prefix=walker.done,
        absent=walker.absent,
        locked=walker.locked,
        max_visits=walker.most,
        max_walk_s=walker.most_walk_s,
        carried_s=walker.carried_s,
        breaks=_rests(walker),
    )


def _rests(walker: Walker) -> tuple[Break, ...]:
    """The walker's rest, unless it lies outside their hours: those may have been cut since."""
    if walker.rest is None:
        return ()
    rest = Break(*walker.rest)
    outside = rest.earliest >= walker.ends_s or rest.latest <= walker.starts_s
    return () if outside else (rest,)


def _household(home: Home, loc: int, now_s: int | None) -> Household:
    skill = frozenset({home.skill} if home.skill else ())
    return Household(
        id=home.id,
        loc=loc,
        service_s=home.service_s,
        prize=float(home.prize),
        skills=skill | safety.needed(home, now_s),
        tw=window(home),
        required=home.required,
        pinned_team=home.walker,
        own=frozenset(home.own),
    )


def _ways(
    question: Question, points: Sequence[tuple[float, float]]
) -> tuple[Walks, WalkingSource, Sequence[bool]]:
    """Walking seconds, where they come from, and which points are far from every street."""
    if question.streets is not None:
        with contextlib.suppress(extract.BadExtract):  # gone since: straight lines, and said so
            named = question.streets
            source = cache.prepared(Path(named.folder), named.key)
            table = cache.measured(source, points, named.ward)
            walks, far = tables.seconds_with_far(table, points, SPEED_MPS, question.detour_factor)
            return walks, WalkingSource.STREETS, far.tolist()
    walks = walk_matrix(points, question.detour_factor)
    return walks, WalkingSource.STRAIGHT_LINE, [False] * len(points)


def window(home: Home) -> tuple[int, int] | None:
    """When the visit may begin; None for any time. Where it must not be dark, it ends by then."""
    last = None if home.dark_s is None else home.dark_s - home.service_s
    if home.opens_s is None and home.closes_s is None and last is None:
        return None
    opens = home.opens_s or 0
    closes = 24 * 3600 if home.closes_s is None else home.closes_s
    return opens, max(opens, closes if last is None else min(closes, last))


def answer(plan: Plan, asked: Posed, question: Question) -> Answer:
    """A plan as plain values."""
    homes = {home.id: home for home in question.homes}
    planned = {stop.household for route in plan.routes for stop in route.stops}
    return Answer(
        walks=tuple(_walk(route) for route in plan.routes),
        missed=tuple(missed(left, homes[left.household]) for left in plan.left_out),
        seconds=plan.seconds,
        finished=plan.finished,
        on_streets=plan.walking is WalkingSource.STREETS,
        far=tuple(sorted(asked.far & planned)),
    )


def missed(left: LeftOut, home: Home) -> Missed:
    """Why a home is left out, with the rules for its visitors' safety told by their names."""
    reason, facts = safety.told(home, left.reason, left.facts)
    return Missed(left.household, reason, facts)


def walked(asked: Instance, walker: str, homes: Sequence[str]) -> Walk:
    """The timetable of one walker who takes these homes in this order; nothing is checked."""
    return _walk(timetable.route(asked, asked.team[walker], homes))


def _walk(route: Route) -> Walk:
    visits = tuple(Visit(stop.household, stop.arrive, stop.start) for stop in route.stops)
    rest = route.breaks[0][0] if route.breaks else None
    return Walk(route.team, visits, route.walk_s, route.service_s, route.wait_s, rest)
