"""Pages of teams: the teams, their people, and when those can come."""

from outreach.teams.views import hours, members, teams
from outreach.teams.views.blueprint import bp

__all__ = ["bp", "hours", "members", "teams"]
