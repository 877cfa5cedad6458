"""A round as its pages show it: routes with minutes, stops with promises and whether they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.appointments import queries as appointments
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.core import clock
from outreach.rounds import rules, safety
from outreach.rounds.models import Round, Route, Stop
from outreach.rounds.queries import plans
from outreach.rounds.queries.candidates import area_ids, hours


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop with the appointment of its home and what it would break."""

    stop: Stop
    appointment: Appointment | None
    broken: list[rules.Broken]
    #: When the visit may begin (seconds of the day), and what its visitor must know.
    window: tuple[int, int] | None
    skill: str | None
    #: The home's rules for its visitors' safety.
    safety: safety.Rules

    @property
    def done(self) -> bool:
        return self.appointment is not None and self.appointment.state in {Kept.KEPT, Kept.MISSED}


@dataclass(frozen=True, slots=True)
class RouteView:
    """A route with its stops."""

    route: Route
    stops: list[StopView]
    runs_over: bool

    @property
    def broken(self) -> int:
        """How many promises this route would break."""
        return sum(bool(stop.broken) for stop in self.stops) + self.runs_over

    @property
    def done(self) -> int:
        return sum(stop.done for stop in self.stops)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its routes and figures."""

    round: Round
    routes: list[RouteView]
    spread: rules.Spread
    #: Agreed windows of the day in these areas, and how many of them the plan keeps.
    promised: int
    kept: int

    @property
    def visits(self) -> int:
        return sum(len(view.stops) for view in self.routes)

    @property
    def walking(self) -> int:
        """How many people have somewhere to go."""
        return sum(bool(view.stops) for view in self.routes)

    @property
    def broken(self) -> int:
        return sum(view.broken for view in self.routes)


def round_view(session: orm.Session, round_: Round, *, zone: ZoneInfo) -> RoundView:
    """Everything the round's pages show, in a constant number of queries."""
    day = clock.day_bounds(round_.day, zone)
    routes = plans.with_routes(session, round_)
    known = plans.skills(session, round_)
    homes = [stop.household_id for route in routes for stop in route.stops]
    windows = appointments.day_of_homes(session, homes, *day)
    views = [_route_view(route, round_, windows, known, zone) for route in routes]
    agreed = appointments.agreed_in_areas(session, area_ids(round_.areas), *day)
    kept = {
        view.stop.household_id
        for route in views
        for view in route.stops
        if not {rules.Broken.LATE, rules.Broken.EARLY} & set(view.broken)
    }
    working = [view.route.work_s for view in views if view.stops]
    return RoundView(
        round=round_,
        routes=views,
        spread=rules.spread(working),
        promised=len(agreed),
        kept=sum(one.household_id in kept for one in agreed),
    )


def _route_view(
    route: Route,
    round_: Round,
    windows: Mapping[UUID, Appointment],
    known: Mapping[UUID, tuple[str, ...]],
    zone: ZoneInfo,
) -> RouteView:
    skills = {skill for one in route.people for skill in known.get(one, ())}
    stops = [_stop_view(stop, round_, windows, skills, zone) for stop in route.stops]
    to_do = [one.stop.starts_s + one.stop.service_s for one in stops if not one.done]
    return RouteView(route, stops, rules.runs_over(route.ends, max(to_do, default=None)))


def _stop_view(
    stop: Stop,
    round_: Round,
    windows: Mapping[UUID, Appointment],
    skills: Collection[str],
    zone: ZoneInfo,
) -> StopView:
    appointment = windows.get(stop.household_id)
    home = stop.household
    opens, closes = hours(home.home_from, home.home_until, appointment, round_, zone)
    window = None if opens is None and closes is None else (opens or 0, closes or 24 * 3600)
    skill = (appointment.skill if appointment else None) or stop.skill
    safe = safety.rules_of(home, round_.day, zone)
    view = StopView(stop, appointment, [], window, skill, safe)
    if not view.done:
        view.broken.extend(rules.broken(stop.starts_s, window, skill, skills))
        view.broken.extend(safe.broken(stop.starts_s, stop.service_s, stop.route.people))
    return view
