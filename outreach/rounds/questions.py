"""What a round asks the planner and what it answers, as plain values that travel as JSON."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outreach.routing import timetable
from outreach.routing.plan import Plan, Route
from outreach.routing.problem import (
    Household,
    Instance,
    Location,
    PreviousRoute,
    Team,
    WalkingSource,
    Walks,
)
from outreach.routing.streets import cache, extract, tables
from outreach.routing.streets.cache import OnStreets
from outreach.routing.walking import SPEED_MPS, walk_matrix


@dataclass(frozen=True, slots=True)
class Home:
    """A home that may be visited. Times are seconds since local midnight."""

    id: str
    latitude: float
    longitude: float
    service_s: int
    prize: int
    skill: str | None = None
    #: The visit begins within these.
    opens_s: int | None = None
    closes_s: int | None = None
    #: Whether it was promised: an agreed appointment.
    required: bool = False
    #: The only walker who may go there.
    walker: str | None = None
    #: Walkers whose turf it is in: they are preferred.
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Walker:
    """A volunteer's session. `done` are homes visited already, in order."""

    id: str
    latitude: float
    longitude: float
    starts_s: int
    ends_s: int
    skills: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    absent: bool = False
    #: The route stays as `held` has it.
    locked: bool = False
    #: The most homes, with those done; None: as many as there is time for.
    most: int | None = None
    #: Seconds walked on a usual outing lately: who walked most is given the shorter ways.
    carried_s: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One session to plan. `held` says who goes where today, where people know it already."""

    homes: tuple[Home, ...]
    walkers: tuple[Walker, ...]
    detour_factor: float
    #: None: walking is in straight lines × the detour factor.
    streets: OnStreets | None = None
    now_s: int | None = None
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0
    #: Seconds by the wall clock after which the best so far is taken.
    patience_s: float = 60.0
    seed: int = 1
    #: How much of `held` may change (`routing.search.Mode`).
    mode: str = "least"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of an answer."""

    home: str
    arrives_s: int
    starts_s: int


@dataclass(frozen=True, slots=True)
class Walk:
    """One walker's stops with what they take, in seconds."""

    walker: str
    visits: tuple[Visit, ...]
    walking_s: int
    service_s: int
    waiting_s: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A home nobody visits, and why (`routing.plan.Reason` and its facts)."""

    home: str
    reason: str
    facts: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan."""

    walks: tuple[Walk, ...]
    missed: tuple[Missed, ...]
    seconds: float
    finished: bool
    #: Whether walking times are those of streets, and the homes that no street comes near.
    on_streets: bool = False
    far: tuple[str, ...] = ()


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
    found = Instance(
        locations=tuple(Location(lat, lon) for lat, lon in points),
        teams=tuple(
            Team(
                id=w.id,
                start=starts.index((w.latitude, w.longitude)),
                shift=(w.starts_s, w.ends_s),
                skills=frozenset(w.skills),
                frozen_prefix=w.done,
                absent=w.absent,
                locked=w.locked,
                max_visits=w.most,
                carried_s=w.carried_s,
            )
            for w in question.walkers
        ),
        households=tuple(
            Household(
                id=h.id,
                loc=len(starts) + number,
                service_s=h.service_s,
                prize=float(h.prize),
                skills=frozenset({h.skill} if h.skill else ()),
                tw=window(h),
                required=h.required,
                pinned_team=h.walker,
                own=frozenset(h.own),
            )
            for number, h in enumerate(question.homes)
        ),
        walk_s=walk_s,
        walking=source,
        now=question.now_s,
        previous_plan=tuple(PreviousRoute(w, stops) for w, stops in question.held.items()),
    )
    homes = zip(question.homes, far[len(starts) :], strict=True)
    return Posed(found, frozenset(home.id for home, far_off in homes if far_off))


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
    """When the visit may begin; None for any time."""
    if home.opens_s is None and home.closes_s is None:
        return None
    opens = home.opens_s or 0
    closes = 24 * 3600 if home.closes_s is None else home.closes_s
    return opens, max(opens, closes)


def answer(plan: Plan, asked: Posed) -> Answer:
    """A plan as plain values."""
    planned = {stop.household for route in plan.routes for stop in route.stops}
    return Answer(
        walks=tuple(_walk(route) for route in plan.routes),
        missed=tuple(Missed(m.household, m.reason.value, dict(m.facts)) for m in plan.left_out),
        seconds=plan.seconds,
        finished=plan.finished,
        on_streets=plan.walking is WalkingSource.STREETS,
        far=tuple(sorted(asked.far & planned)),
    )


def walked(asked: Instance, walker: str, homes: Sequence[str]) -> Walk:
    """The timetable of one walker who takes these homes in this order; nothing is checked."""
    return _walk(timetable.route(asked, asked.team[walker], homes))


def _walk(route: Route) -> Walk:
    visits = tuple(Visit(stop.household, stop.arrive, stop.start) for stop in route.stops)
    return Walk(route.team, visits, route.walk_s, route.service_s, route.wait_s)


def to_json(value: Question | Answer) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    """Three times as fast as `dataclasses.asdict`, which copies every text it meets."""
    if isinstance(value, Mapping):
        return dict(value)
    return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}


def question_from(said: Mapping[str, Any]) -> Question:
    """A question from its parsed JSON."""
    homes = tuple(Home(**{**home, "own": tuple(home["own"])}) for home in said["homes"])
    walkers = tuple(
        Walker(**{**w, "skills": tuple(w["skills"]), "done": tuple(w["done"])})
        for w in said["walkers"]
    )
    held = {walker: tuple(stops) for walker, stops in said["held"].items()}
    streets = OnStreets(**said["streets"]) if said["streets"] else None
    return Question(
        **{**said, "homes": homes, "walkers": walkers, "held": held, "streets": streets}
    )


def answer_from(said: Mapping[str, Any]) -> Answer:
    """An answer from its parsed JSON."""
    walks = tuple(
        Walk(**{**walk, "visits": tuple(Visit(**visit) for visit in walk["visits"])})
        for walk in said["walks"]
    )
    missed, far = tuple(Missed(**m) for m in said["missed"]), tuple(said["far"])
    return Answer(**{**said, "walks": walks, "missed": missed, "far": far})


def owned(home: Home, walkers: Sequence[str]) -> Home:
    """The home as one of these walkers' own turf, where there are any."""
    return dataclasses.replace(home, own=tuple(sorted(walkers))) if walkers else home


def pinned(home: Home, walker: str | None) -> Home:
    """The home for this walker only, where one is named."""
    return dataclasses.replace(home, walker=walker) if walker else home
