"""The only writers of nights: what a team wants, beginning a night, working at it, its outcome."""

from outreach.nights.services.leasing import beat, begin, claim, end
from outreach.nights.services.planning import Asked, ask, store
from outreach.nights.services.wanting import Wish, want

__all__ = ["Asked", "Wish", "ask", "beat", "begin", "claim", "end", "store", "want"]
