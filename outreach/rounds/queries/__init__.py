"""Reads of rounds: plans and routes, candidates for a plan, people to walk it."""

from outreach.rounds.queries.names import names_in, people_at, unplanned_points
from outreach.rounds.queries.people import Person, people
from outreach.rounds.queries.plans import (
    Aside,
    Line,
    Page,
    areas_offered,
    board,
    homes_by_area,
    in_scope,
    is_planning_due,
    left_out,
    listed,
    planning_of,
    route_of,
    routes_of,
    sessions_of_day,
    skills,
    with_routes,
)
from outreach.rounds.queries.views_of import RoundView, RouteView, StopView, round_view

__all__ = [
    "Aside",
    "Line",
    "Page",
    "Person",
    "RoundView",
    "RouteView",
    "StopView",
    "areas_offered",
    "board",
    "homes_by_area",
    "in_scope",
    "is_planning_due",
    "left_out",
    "listed",
    "names_in",
    "people",
    "people_at",
    "planning_of",
    "round_view",
    "route_of",
    "routes_of",
    "sessions_of_day",
    "skills",
    "unplanned_points",
    "with_routes",
]
