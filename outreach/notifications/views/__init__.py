"""Pages about residents' texts and answers, the public visit check, badges, and inbound replies."""

from outreach.notifications.views import (  # noqa: F401 - they hang their routes on it
    asking,
    badges,
    calls,
    checking,
    inbound,
    manners,
    optouts,
    replies,
    tonight,
    wordings,
)
from outreach.notifications.views.blueprint import bp

__all__ = ["bp"]
