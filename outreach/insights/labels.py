"""How figures call what other features store as codes."""

from __future__ import annotations

from outreach.assistance import catalogue
from outreach.assistance.labels import RUNGS
from outreach.assistance.models import Evidence
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.insights.rules import Need
from outreach.visits.labels import OUTCOMES, TONES

__all__ = ["EVIDENCE", "NEEDS", "OUTCOMES", "RUNGS", "TONES", "place", "programme", "rank", "state"]

EVIDENCE = {
    Evidence.DECLARED: _("Said by the resident"),
    Evidence.OBSERVED: _("Seen by the volunteer"),
    Evidence.CONFIRMED: _("Confirmed by the agency"),
}
NEEDS = {
    Need.NOT_STARTED: _("Not started"),
    Need.SILENT: _("No report for a while"),
    Need.BEHIND: _("Behind the plan"),
    Need.UNFINISHED: _("Homes left over"),
    Need.WRONG_ADDRESS: _("Wrong address"),
    Need.HELD: _("Reports still on the phone"),
    Need.REFUSED: _("Refused"),
}


def programme(code: str) -> str:
    """The name of a programme; its code when it is no longer defined."""
    known = catalogue.programmes().get(code)
    return gettext(known.label) if known else code


def state(programme_code: str, code: str) -> str:
    """The name of a programme's state; its code when it is no longer defined."""
    known = catalogue.programmes().get(programme_code)
    found = known.states.get(code) if known else None
    return gettext(found.label) if found else code


def place(programme_code: str) -> int:
    """Where a programme stands among the others; last when it is no longer defined."""
    codes = list(catalogue.programmes())
    return codes.index(programme_code) if programme_code in codes else len(codes)


def rank(programme_code: str, code: str) -> int:
    """Where a state stands in its programme; last when it is no longer defined."""
    known = catalogue.programmes().get(programme_code)
    codes = list(known.states) if known else []
    return codes.index(code) if code in codes else len(codes)
