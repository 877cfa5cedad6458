"""Says in a sentence what a night came to for a team."""

from __future__ import annotations

from collections.abc import Mapping

from outreach.core.i18n import gettext as _
from outreach.core.i18n import lazy_gettext
from outreach.nights.models import Outcome, Run

OUTCOMES: Mapping[str, str] = {
    Outcome.PLANNED: lazy_gettext(
        "A plan for %(people)s people and %(visits)s homes waits to be looked at."
    ),
    Outcome.PUBLISHED: lazy_gettext(
        "A plan for %(people)s people and %(visits)s homes is published."
    ),
    Outcome.NOT_PUBLISHED: lazy_gettext(
        "A plan for %(people)s people and %(visits)s homes is made, but not published: somebody"
        " or a home on it is on another round. Look at it and publish it yourself."
    ),
    Outcome.REFRESHED: lazy_gettext("The turfs were refreshed. The team wants no plan."),
    Outcome.MADE_BY_HAND: lazy_gettext("Somebody had made a round for that day already."),
    Outcome.NOBODY: lazy_gettext("No plan: nobody of the team said that they can come."),
    Outcome.NO_POINT: lazy_gettext("No plan: no home of the team has a point on the map yet."),
    Outcome.NOTHING_TO_VISIT: lazy_gettext(
        "No plan: no home waits for a visit that can be made then."
    ),
    Outcome.ASKER_GONE: lazy_gettext(
        "No plan: whoever asked for one does not run the team any more. Save the wish again."
    ),
    Outcome.BROKE: lazy_gettext("No plan: it failed again and again. Plan the day by hand."),
}
TONES: Mapping[str, str] = {
    Outcome.PLANNED: "good",
    Outcome.PUBLISHED: "good",
    Outcome.NOT_PUBLISHED: "warn",
    Outcome.REFRESHED: "neutral",
    Outcome.MADE_BY_HAND: "neutral",
    Outcome.BROKE: "bad",
}


def said(run: Run) -> str:
    """What became of it, or how far it is."""
    if run.outcome is None:
        return _("Being worked on.") if run.leased_by else _("Waiting for its turn.")
    values = {"people": 0, "visits": 0, **run.facts}
    return str(OUTCOMES[run.outcome]) % values


def tone(run: Run) -> str:
    """The badge's tone."""
    return "info" if run.outcome is None else TONES.get(run.outcome, "warn")
