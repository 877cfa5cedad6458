"""A deadline as a message: one button on the lists of what is due."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.core import clock
from outreach.core.errors import NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.notifications.services import asking
from outreach.notifications.views.blueprint import acting, bp, office


@bp.post("/texts/cases/<uuid:case_id>/remind")
@office
def remind_of(case_id: UUID) -> Response:
    """Ask for a text about what is due; it goes out within the usual hours and limits."""
    try:
        asking.ask(session(), case_id, today=clock.today(zone()), **acting())
    except NotFound:
        raise
    except Refusal as refusal:
        flash(str(refusal), "warn")
    else:
        flash(_("The text goes out at the next decent hour, at most one a day to a phone."), "ok")
    listed, programme = request.form.get("list"), request.form.get("programme")
    return redirect(url_for("rounds.due", list=listed, programme=programme or None), 303)
