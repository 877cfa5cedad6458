"""Reads of rounds: plans and routes, candidates for a plan, people to walk it."""

from outreach.rounds.queries.people import Person, people
from outreach.rounds.queries.plans import (
    Aside,
    Line,
    Page,
    areas_offered,
    board,
    homes_by_area,
    in_scope,
    left_out,
    listed,
    names_for,
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
    "left_out",
    "listed",
    "names_for",
    "people",
    "planning_of",
    "round_view",
    "route_of",
    "routes_of",
    "sessions_of_day",
    "skills",
    "with_routes",
]
