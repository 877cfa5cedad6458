"""A new delivery: written, scanned, or poured in from a sheet and looked at before it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session
from outreach.places.models import Area, Level
from outreach.stock import services
from outreach.stock.forms import DeliveryForm
from outreach.stock.sheets import Unreadable
from outreach.stock.views.blueprint import acting, bp, desk, tried


def _communes() -> Sequence[Area]:
    listed = scopes.to_choose(session(), actor=actor()).areas
    return [one for one in listed if one.level is Level.COMMUNE]


@bp.get("/deliveries/new")
@desk
def new_delivery() -> ResponseReturnValue:
    """The empty form."""
    return _page(DeliveryForm().offer(_communes()))


def _page(form: DeliveryForm, status: int = 200, poured: int = 0) -> ResponseReturnValue:
    return render_template("stock/new_delivery.html", form=form, poured=poured), status


@bp.post("/deliveries/new")
@desk
def deliver() -> ResponseReturnValue:
    """With a sheet: its lines come into the form. Without: all is stored, or nothing."""
    form = DeliveryForm(CombinedMultiDict([request.files, request.form])).offer(_communes())
    try:
        if form.pour_in_sheet():
            form.validate()
            return _page(form, poured=len((form.lines.data or "").splitlines()))
    except Unreadable:
        form.sheet.errors = [_("No serial numbers could be read from this file.")]
        return _page(form, 422)
    if not form.validate():
        return _page(form, 422)
    if why := tried(lambda: services.arrive(session(), form.arrival(), **acting())):
        form.form_errors.append(why)
        return _page(form, 409)
    count = len(form.devices)
    flash(ngettext("%(n)s phone is in the store.", "%(n)s phones are in the store.", count), "ok")
    return redirect(url_for("stock.index", place="store"), 303)
