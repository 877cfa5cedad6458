"""What keeps visitors of a home safe: the rules, and who may be named."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries, services
from outreach.households.forms.safety import SafetyForm, shown
from outreach.households.models import Household
from outreach.households.views.blueprint import acting, bp, desk


@bp.get("/<uuid:household_id>/safety")
@desk
def safety(household_id: UUID) -> ResponseReturnValue:
    """The rules as they are."""
    home = queries.household_in_scope(session(), household_id, actor=actor())
    return _page(home, SafetyForm(**shown(home)))


def _page(home: Household, form: SafetyForm, status: int = 200) -> ResponseReturnValue:
    people = queries.possible_visitors(session(), home)
    form.offer(people)
    page = render_template("households/safety.html", household=home, form=form, people=people)
    return page, status


@bp.post("/<uuid:household_id>/safety")
@desk
def tell_safety(household_id: UUID) -> ResponseReturnValue:
    """Say them anew."""
    home = queries.household_in_scope(session(), household_id, actor=actor())
    form = SafetyForm(request.form).offer(queries.possible_visitors(session(), home))
    if not form.validate():
        return _page(home, form, 422)
    services.tell_safety(session(), household_id, form.safety(), **acting())
    flash(_("Saved. Every plan keeps to it from now on."), "ok")
    return redirect(url_for("households.show", household_id=household_id), 303)
