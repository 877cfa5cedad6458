"""Record what a phone's owner agreed to, and take it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries, rules, services, wording
from outreach.households.forms import ConsentForm
from outreach.households.models import ConsentMeans, ContactPoint, Household, Purpose
from outreach.households.views.blueprint import acting, bp, desk


def _page(
    household: Household, phone: ContactPoint, form: ConsentForm, status: int = 200
) -> ResponseReturnValue:
    acts = queries.consents_of(session(), [phone.id]).get(phone.id, [])
    page = render_template(
        "households/consent.html",
        household=household,
        phone=phone,
        form=form,
        acts=acts,
        standing=rules.standing(acts),
        wording=wording,
    )
    return page, status


def _found(household_id: UUID, phone_id: UUID) -> tuple[Household, ContactPoint]:
    household = queries.household_in_scope(session(), household_id, actor=actor())
    return household, queries.phone_in_scope(session(), phone_id, actor=actor())


@bp.get("/<uuid:household_id>/phones/<uuid:phone_id>")
@desk
def consent(household_id: UUID, phone_id: UUID) -> ResponseReturnValue:
    """What was agreed on this number so far, and the question to ask."""
    household, phone = _found(household_id, phone_id)
    return _page(household, phone, ConsentForm())


@bp.post("/<uuid:household_id>/phones/<uuid:phone_id>")
@desk
def record_consent(household_id: UUID, phone_id: UUID) -> ResponseReturnValue:
    """Append the answer."""
    household, phone = _found(household_id, phone_id)
    form = ConsentForm(request.form)
    if not form.validate():
        return _page(household, phone, form, 422)
    purpose, means = form.chosen()
    act = services.agree if form.agreed else services.withdraw
    given_by = form.given_by.data or ""
    act(session(), phone.id, purpose, means=means, given_by=given_by, **acting())
    flash(_("The answer was recorded."), "ok")
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.post("/<uuid:household_id>/phones/<uuid:phone_id>/withdraw")
@desk
def withdraw(household_id: UUID, phone_id: UUID) -> ResponseReturnValue:
    """One tap: the owner said stop."""
    household, phone = _found(household_id, phone_id)
    try:
        purpose = Purpose(request.form.get("purpose", ""))
    except ValueError:
        raise NotFound(_("Please choose one.")) from None
    services.withdraw(session(), phone.id, purpose, means=ConsentMeans.SPOKEN, **acting())
    flash(_("Taken back. Nothing more is sent for this."), "ok")
    return redirect(url_for("households.show", household_id=household.id), 303)
