"""Reads of rounds: plans and routes, candidates for a plan, people to walk it."""

from outreach.rounds.queries.handouts import (
    Changed,
    Changes,
    changes_since,
    had_home,
    stop_of_day,
    version_of,
    was_given,
)
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
from outreach.rounds.queries.ways import streets

__all__ = [
    "Aside",
    "Changed",
    "Changes",
    "Line",
    "Page",
    "Person",
    "RoundView",
    "RouteView",
    "StopView",
    "areas_offered",
    "board",
    "changes_since",
    "had_home",
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
    "stop_of_day",
    "streets",
    "unplanned_points",
    "version_of",
    "was_given",
    "with_routes",
]
