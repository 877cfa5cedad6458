"""Pages of turf: a team's territories, cutting them, looking at a proposal, whose each one is."""

from outreach.turf.views import pages, proposals
from outreach.turf.views.blueprint import bp

__all__ = ["bp", "pages", "proposals"]
