"""How outcomes are called and shown."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.visits.models import Lateness, Outcome

OUTCOMES = {
    Outcome.MET: _("Met"),
    Outcome.NOBODY_HOME: _("Nobody home"),
    Outcome.REFUSED: _("Refused"),
    Outcome.WRONG_ADDRESS: _("Wrong address"),
    Outcome.POSTPONED: _("Postponed"),
}
TONES = {
    Outcome.MET: "good",
    Outcome.NOBODY_HOME: "warn",
    Outcome.REFUSED: "bad",
    Outcome.WRONG_ADDRESS: "bad",
    Outcome.POSTPONED: "info",
}
ICONS = {
    Outcome.MET: "door-open",
    Outcome.NOBODY_HOME: "door-closed",
    Outcome.REFUSED: "ban",
    Outcome.WRONG_ADDRESS: "map-pin",
    Outcome.POSTPONED: "calendar",
}
LATENESS = {
    Lateness.STOP_GONE: _("The home had been taken off the route."),
    Lateness.MOVED: _("The home had been given to somebody else."),
    Lateness.CLOSED: _("The day had been closed."),
    Lateness.WITHDRAWN: _("The round had been taken back."),
    Lateness.UNKNOWN: _("The server knows of no route with this home."),
    Lateness.REDEFINED: _("A programme had been changed meanwhile."),
}
