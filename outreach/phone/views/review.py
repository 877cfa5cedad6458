"""The leader's review list: what came from phones and needs a person's decision."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import merging, wording
from outreach.households import services as households
from outreach.phone import queries, services
from outreach.phone.views.blueprint import OFFICE, bp
from outreach.visits import labels


@bp.get("/review")
@allow(*OFFICE)
def review() -> str:
    """Everything that waits."""
    return render_template(
        "phone/review.html",
        found=queries.review(session(), actor=actor()),
        wording=wording,
        labels=labels,
        merging=merging,
    )


def _back(message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for("phone.review"), 303)


@bp.post("/review/details/<uuid:edit_id>")
@allow(*OFFICE)
def decide(edit_id: UUID) -> ResponseReturnValue:
    """Keep what stands, or take what the phone said."""
    choice = request.form.get("choice")
    if choice not in {"keep", "take"}:
        raise Refusal(_("This form is damaged. Please load the page again."))
    households.resolve(session(), edit_id, take=choice == "take", actor=actor(), now=clock.now())
    return _back(_("Decided."))


@bp.post("/review/reports")
@allow(*OFFICE)
def seen() -> ResponseReturnValue:
    """Late reports were looked at."""
    ids = request.form.getlist("report", type=UUID)
    services.see_reports(session(), ids, actor=actor(), now=clock.now())
    return _back(_("Marked as seen."))


@bp.post("/review/homes/<uuid:household_id>")
@allow(*OFFICE)
def seen_home(household_id: UUID) -> ResponseReturnValue:
    """A home of its own, or the one it may be."""
    same = request.form.get("choice") == "same"
    services.see_home(session(), household_id, same=same, actor=actor(), now=clock.now())
    return _back(_("Decided."))
