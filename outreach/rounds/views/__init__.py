"""Pages of rounds: planning step by step, following the plan, changing it by hand."""

from outreach.rounds.views import changes, claims, due, pages, wizard
from outreach.rounds.views.blueprint import bp

__all__ = ["bp", "changes", "claims", "due", "pages", "wizard"]
