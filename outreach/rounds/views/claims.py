"""A volunteer without work takes the next homes, or gives them back: one tap each."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.rounds import services
from outreach.rounds.forms import SpotForm
from outreach.rounds.queries import claims
from outreach.rounds.views.blueprint import bp

WALKERS = (Role.VOLUNTEER, Role.LEADER)


@bp.post("/next-homes")
@allow(*WALKERS)
def next_homes() -> Response:
    """Take the nearest homes that wait for somebody."""
    try:
        taken = services.claim_next(
            session(), actor=actor(), now=clock.now(), zone=zone(),
            spot=SpotForm(request.form).spot(),
        )  # fmt: skip
    except (services.NothingToTake, services.StillBusy) as refusal:
        flash(str(refusal), "warn")
        return redirect(url_for("visits.today"), 303)
    count = sum(len(route.stops) for route in taken.routes)
    text = ngettext("%(n)s home is yours now.", "%(n)s homes are yours now.", count)
    flash(text, "ok")
    return redirect(url_for("visits.today"), 303)


@bp.post("/<uuid:round_id>/give-back")
@allow(*WALKERS)
def give_back(round_id: UUID) -> Response:
    """Give what was not visited back, so that others can take it."""
    round_ = claims.own_claim(session(), round_id, actor())
    count = services.give_back(session(), round_, actor=actor(), now=clock.now())
    text = ngettext("%(n)s home is given back.", "%(n)s homes are given back.", count)
    flash(text, "ok")
    return redirect(url_for("visits.today"), 303)
