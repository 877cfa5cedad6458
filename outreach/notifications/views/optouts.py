"""Numbers that want no messages: the ledger, typed-in ones, the button at the door, lifting."""

from __future__ import annotations

from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.core.request import session, wants_json
from outreach.messaging import services as messaging
from outreach.messaging.models import Source
from outreach.notifications.forms.office import LiftForm, OptOutForm
from outreach.notifications.queries import optouts as queries
from outreach.notifications.views.blueprint import acting, bp, office, page_number


@bp.get("/texts/opt-outs")
@office
def opt_outs() -> ResponseReturnValue:
    """Numbers that are left in peace, and where to type in another."""
    return _page(OptOutForm())


def _page(form: OptOutForm, status: int = 200) -> ResponseReturnValue:
    digits = "".join(c for c in request.args.get("q", "") if c.isdigit())
    found = queries.listed(
        session(), digits=digits.removeprefix("84").lstrip("0"), page=page_number(), actor=actor()
    )
    page = render_template("notifications/opt_outs.html", found=found, form=form, digits=digits)
    return page, status


@bp.post("/texts/opt-outs")
@office
def add_opt_out() -> ResponseReturnValue:
    """Somebody called, or wrote on paper: this number wants no more messages."""
    form = OptOutForm(request.form)
    if not form.validate():
        return _page(form, 422)
    messaging.opt_out(session(), form.e164, source=Source(form.source.data), **acting())
    flash(_("This phone gets no more messages."), "ok")
    return redirect(url_for("notifications.opt_outs"), 303)


@bp.get("/texts/opt-outs/<uuid:suppression_id>")
@office
def opt_out(suppression_id: UUID) -> ResponseReturnValue:
    """One number's entry, and a place to lift it with a reason."""
    found = queries.in_scope(session(), suppression_id, actor=actor())
    return render_template("notifications/opt_out.html", entry=found, form=LiftForm())


@bp.post("/texts/opt-outs/<uuid:suppression_id>/lift")
@office
def lift_opt_out(suppression_id: UUID) -> ResponseReturnValue:
    """The person wants messages again."""
    found = queries.in_scope(session(), suppression_id, actor=actor())
    form = LiftForm(request.form)
    if not form.validate():
        return render_template("notifications/opt_out.html", entry=found, form=form), 422
    if found.entry.lifted_at is not None:
        raise Conflict(_("This was lifted already."))
    messaging.lift(session(), found.entry.phone, reason=form.reason.data or "", **acting())
    flash(_("This phone may get messages again, where its owner agreed."), "ok")
    return redirect(url_for("notifications.opt_outs"), 303)


@bp.post("/stops/<uuid:stop_id>/opt-out")
@allow(Role.VOLUNTEER, Role.LEADER)
def opt_out_at_door(stop_id: UUID) -> ResponseReturnValue:
    """The resident says so at the door. A form that may be sent hours later, and twice."""
    number = request.form.get("phone", "")
    phone = queries.phone_at_stop(session(), stop_id, number, actor=actor())
    messaging.opt_out(session(), phone.number, source=Source.VOLUNTEER, **acting())
    if wants_json():
        return jsonify(phone_id=str(phone.id), opted_out=True)
    flash(_("This phone gets no more messages."), "ok")
    return redirect(url_for("visits.stop", stop_id=stop_id), 303)
