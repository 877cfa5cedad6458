"""The call list: whom to call, and what came of it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.notifications.forms.people import CallForm
from outreach.notifications.models import Call
from outreach.notifications.queries import calls as queries
from outreach.notifications.services import calls as services
from outreach.notifications.views.blueprint import acting, bp, callers, page_number


@bp.get("/calls")
@callers
def calls() -> ResponseReturnValue:
    """Homes that no text reaches, the soonest visit first."""
    done = request.args.get("tab") == "done"
    found = queries.listed(session(), done=done, page=page_number(), now=clock.now(), actor=actor())
    return render_template("notifications/calls.html", found=found, done=done)


@bp.get("/calls/<uuid:call_id>")
@callers
def call(call_id: UUID) -> ResponseReturnValue:
    """What to say, and what came of it."""
    return _page(queries.in_scope(session(), call_id, actor=actor()), CallForm())


def _page(found: Call, form: CallForm, status: int = 200) -> ResponseReturnValue:
    return render_template("notifications/call.html", call=found, form=form), status


@bp.post("/calls/<uuid:call_id>")
@callers
def finish_call(call_id: UUID) -> ResponseReturnValue:
    """Note it, and do what it means."""
    found = queries.in_scope(session(), call_id, actor=actor())
    form = CallForm(request.form)
    if not form.validate():
        return _page(found, form, 422)
    try:
        services.finish(session(), found, form.told(zone()), **acting())
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _page(found, form, 422)
    flash(_("Noted. Thank you for calling."), "ok")
    return redirect(url_for("notifications.calls"), 303)
