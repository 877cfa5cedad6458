"""A round as the planner sees it while people change it: windows, skills, what is done, times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.appointments import queries as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.models import State as Kept
from outreach.core import clock
from outreach.rounds import queries, questions, rules, safety
from outreach.rounds.models import Round, Route, Stop
from outreach.rounds.queries import ways
from outreach.rounds.queries.candidates import hours
from outreach.rounds.questions import Home, Question, Walker
from outreach.rounds.rules import Broken


class Picture:
    """The round with all its routes, loaded once, and the pure functions bound to it."""

    def __init__(
        self, session: orm.Session, round_: Round, *, now: datetime, zone: ZoneInfo
    ) -> None:
        self.session, self.round, self.zone = session, round_, zone
        self.routes = queries.with_routes(session, round_)
        self.skills = queries.skills(session, round_)
        self.streets = ways.streets(session, round_)
        self.now_s = seconds_into(round_, now, zone)
        #: Homes that are told another time: what they were told does not hold anybody up.
        self.told_anew: set[UUID] = set()
        self.windows: dict[UUID, Appointment] = appointments.day_of_homes(
            session, [stop.household_id for stop in self.stops()], *self.day()
        )

    def day(self) -> tuple[datetime, datetime]:
        """The local day in UTC."""
        return clock.day_bounds(self.round.day, self.zone)

    def stops(self) -> list[Stop]:
        """All stops, by route and position."""
        return [stop for route in self.routes for stop in route.stops]

    def is_done(self, stop: Stop) -> bool:
        """Whether somebody was there already: such a stop is history."""
        window = self.windows.get(stop.household_id)
        return window is not None and window.state in {Kept.KEPT, Kept.MISSED}

    def split(self, route: Route) -> tuple[list[Stop], list[Stop]]:
        """(done in the order it was done, to do in order)."""
        done = [stop for stop in route.stops if self.is_done(stop)]
        done.sort(key=lambda stop: (self._done_at(stop), stop.position))
        to_do = [stop for stop in route.stops if not self.is_done(stop)]
        return done, sorted(to_do, key=lambda stop: stop.position)

    def under_way(self, route: Route) -> Stop | None:
        """The stop somebody is walking to or at, as far as we know: it is not moved by a plan."""
        if self.now_s is None or self.round.published_at is None or route.absent_at is not None:
            return None
        done, to_do = self.split(route)
        return to_do[0] if to_do and (done or to_do[0].arrives_s <= self.now_s) else None

    def frozen(self, route: Route) -> list[Stop]:
        """What is done and what is under way, in order."""
        done, _to_do = self.split(route)
        going = self.under_way(route)
        return done if going is None else [*done, going]

    def begun(self, routes: Iterable[Route]) -> dict[UUID, Stop]:
        """What is under way, by route: nothing new comes before it."""
        return {route.id: stop for route in routes if (stop := self.under_way(route)) is not None}

    def _done_at(self, stop: Stop) -> datetime:
        closed = self.windows[stop.household_id].closed_at
        assert closed is not None
        return closed

    def home(self, stop: Stop, *, required: bool = False, told: bool = True) -> Home:
        """A stop as the planner's home; `told=False`: announced windows do not bind."""
        home, window = stop.household, self.windows.get(stop.household_id)
        bound = told and stop.household_id not in self.told_anew
        if window is not None and not bound and window.origin is Origin.ANNOUNCED:
            window = None
        latitude, longitude = _point(stop)
        opens, closes = hours(home.home_from, home.home_until, window, self.round, self.zone)
        return Home(
            id=str(home.id),
            latitude=latitude,
            longitude=longitude,
            service_s=stop.service_s,
            prize=stop.prize,
            skill=stop.skill,
            opens_s=opens,
            closes_s=closes,
            required=required,
            **safety.rules_of(home, self.round.day, self.zone).of_home(),
        )

    def going_home(self, stop: Stop) -> Home:
        """A stop under way as a home where the visit begins when it can be expected to."""
        starts_s = max(stop.starts_s, self.now_s or 0)
        return dataclasses.replace(self.home(stop), opens_s=starts_s, closes_s=None)

    def walker(self, route: Route, done: Sequence[Stop] | None = None) -> Walker:
        """A route's volunteer as the planner's walker; `done` are the stops that stay first."""
        done = self.split(route)[0] if done is None else done
        walker = walker_of(route, self.skills)
        return dataclasses.replace(
            walker,
            done=tuple(str(stop.household_id) for stop in done),
            # for the planner, no more homes than none is the same as nobody
            absent=walker.absent or (route.full and not route.stops),
            most=len(route.stops) if route.full else walker.most,
        )

    def unsafe(self, route: Route) -> dict[Stop, list[Broken]]:
        """Stops of a route, still to be visited, that break a rule for its people's safety."""
        found = {}
        for stop in self.split(route)[1]:
            rules_ = safety.rules_of(stop.household, self.round.day, self.zone)
            broken = rules_.broken(stop.starts_s, stop.service_s, route.people)
            if broken:
                found[stop] = broken
        return found

    def question(
        self,
        routes: Iterable[Route],
        more: Sequence[Home] = (),
        *,
        begun: Mapping[UUID, Stop] | None = None,
    ) -> Question:
        """These routes' homes and walkers, with more homes to find a place for.

        What is `begun` (by route) stays first of what is left.
        """
        routes, begun = list(routes), begun or {}
        going = set(begun.values())
        held = [
            self.going_home(stop) if stop in going else self.home(stop)
            for route in routes
            for stop in route.stops
        ]
        known = {home.id for home in more}
        walkers = [
            self.walker(route, [*self.split(route)[0], begun[route.id]])
            if route.id in begun
            else self.walker(route)
            for route in routes
        ]
        return Question(
            homes=(*(home for home in held if home.id not in known), *more),
            walkers=tuple(walkers),
            detour_factor=self.round.detour_factor,
            streets=self.streets,
            now_s=self.now_s,
        )

    def retime(self, route: Route, to_do: Sequence[Stop] | None = None) -> None:
        """Set positions, times and figures of a route; `to_do` is a new order of what is left."""
        done, rest = self.split(route)
        order = [*done, *(rest if to_do is None else to_do)]
        asked = questions.instance(self.question([route]))
        homes = [str(stop.household_id) for stop in order]
        apply(route, order, questions.walked(asked, str(route.volunteer_id), homes))


def _point(stop: Stop) -> tuple[float, float]:
    """Where its home is; where the route starts when nobody knows (found on the way, say)."""
    home, route = stop.household, stop.route
    if home.latitude is None or home.longitude is None:
        return route.start_latitude, route.start_longitude
    return home.latitude, home.longitude


def walker_of(route: Route, skills: Mapping[UUID, Sequence[str]]) -> Walker:
    """A route's people as the planner's walker: a pair can do what one of them can."""
    people = [route.volunteer.id, *([route.partner.id] if route.partner else [])]
    known = {skill for one in people for skill in skills.get(one, ())}
    return Walker(
        id=str(people[0]),
        latitude=route.start_latitude,
        longitude=route.start_longitude,
        starts_s=route.starts * 60,
        ends_s=route.ends * 60,
        skills=tuple(sorted(known)),
        absent=route.absent_at is not None,
        most=route.most_visits,
        people=tuple(str(one) for one in people),
        most_walk_s=60 * route.most_walking if route.most_walking else None,
        rest=_rest(route),
    )


def _rest(route: Route) -> tuple[int, int, int] | None:
    if route.rest_from is None or route.rest_until is None or not route.rest_minutes:
        return None
    return route.rest_from * 60, route.rest_until * 60, route.rest_minutes * 60


def apply(route: Route, order: Sequence[Stop], walk: questions.Walk) -> None:
    """Write a walk's times into a route and its stops, which are in the walk's order."""
    for position, (stop, visit) in enumerate(zip(order, walk.visits, strict=True), start=1):
        stop.position = position
        stop.arrives_s, stop.starts_s = visit.arrives_s, visit.starts_s
    route.walking_s, route.service_s = walk.walking_s, walk.service_s
    route.waiting_s, route.rest_at_s = walk.waiting_s, walk.rest_s


def seconds_into(round_: Round, now: datetime, zone: ZoneInfo) -> int | None:
    """Seconds of the day from which something new can begin; None before the day."""
    begins, ends = clock.day_bounds(round_.day, zone)
    if not begins <= now < ends:
        return None
    return round((now - begins).total_seconds()) + rules.NOTICE_S
