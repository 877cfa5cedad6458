"""Deadlines as worklists: for the desk, and lightly for a volunteer's own homes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.assistance import labels
from outreach.assistance import queries as assistance
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Owner
from outreach.assistance.queries import Asked, Listed, Mark
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.i18n import lazy_gettext
from outreach.core.request import session, zone
from outreach.rounds import services
from outreach.rounds.queries import wanted_visits
from outreach.rounds.services.wanting import STILL_MINE, Asking
from outreach.rounds.views.blueprint import OFFICE, bp

WALKERS = (Role.VOLUNTEER, Role.LEADER)
SAID = {
    Asking.KEPT: (lazy_gettext("The next round's plan will visit this home."), "ok"),
    Asking.ADDED: (lazy_gettext("The home is on tomorrow's round now."), "ok"),
    Asking.THERE: (lazy_gettext("The home is on tomorrow's round already."), "info"),
    Asking.NO_ROOM: (
        lazy_gettext("Tomorrow's round has no room for it. Plan it again, or add it by hand."),
        "warn",
    ),
}


@bp.get("/due")
@allow(*OFFICE)
def due() -> str:
    """What is due soon, overdue or stuck in the actor's area."""
    asked, today = _asked(), clock.today(zone())
    found = assistance.due(session(), asked, today=today, actor=actor())
    return render_template("rounds/due.html", **_page(asked, found, today))


@bp.get("/my-due")
@allow(*WALKERS)
def my_due() -> str:
    """The same for homes that one was given lately, for a phone."""
    asked, today = _asked(), clock.today(zone())
    homes = wanted_visits.homes_given(actor(), today - STILL_MINE)
    found = assistance.due(session(), asked, today=today, actor=actor(), homes=homes)
    return render_template(
        "rounds/my_due.html",
        stops=wanted_visits.stops_on(session(), actor(), today),
        **_page(asked, found, today, homes=homes),
    )


def _page(asked: Asked, found: assistance.Worklist, today: date, **narrowed: Any) -> dict[str, Any]:
    homes = {one.clock.household_id for one in found.rows}
    return {
        "asked": asked,
        "found": found,
        "counts": assistance.due_counts(session(), asked, today=today, actor=actor(), **narrowed),
        "most": assistance.MOST_COUNTED,
        "wanted": wanted_visits.wanted_of(session(), homes, today=today),
        "programmes": programmes(),
        "help_labels": labels,
        "owners": Owner,
    }


def _asked() -> Asked:
    """What the address asks for; what makes no sense is left out."""
    args = request.args
    return Asked(
        listed=Listed(args["list"]) if args.get("list") in set(Listed) else Listed.SOON,
        programme=args.get("programme", "") if args.get("programme") in programmes() else "",
        owner=Owner(args["owner"]) if args.get("owner") in set(Owner) else None,
        after=Mark.read(args.get("after", "")),
    )


@bp.post("/due/homes/<uuid:household_id>/visit")
@allow(Role.VOLUNTEER, *OFFICE)
def want_visit(household_id: UUID) -> Response:
    """Make a home a stop of the next round."""
    found = services.want(session(), household_id, actor=actor(), now=clock.now(), zone=zone())
    text, tone = SAID[found]
    flash(str(text), tone)
    return _back()


@bp.post("/due/homes/<uuid:household_id>/no-visit")
@allow(Role.VOLUNTEER, *OFFICE)
def unwant_visit(household_id: UUID) -> Response:
    """Take that back."""
    services.no_longer_want(session(), household_id, actor=actor(), now=clock.now(), zone=zone())
    flash(_("The wish is taken back."), "ok")
    return _back()


def _back() -> Response:
    """The list the button was on."""
    own = actor().role is Role.VOLUNTEER or request.form.get("page") == "mine"
    listed = request.form.get("list", "")
    programme = request.form.get("programme", "")
    return redirect(
        url_for(
            "rounds.my_due" if own else "rounds.due",
            list=listed if listed in set(Listed) else None,
            programme=programme if programme in programmes() else None,
        ),
        303,
    )
