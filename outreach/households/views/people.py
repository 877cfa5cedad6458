"""Enter and change people of a home."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries, services
from outreach.households.forms import PersonForm
from outreach.households.forms.people import shown
from outreach.households.models import Household, Resident
from outreach.households.views.blueprint import acting, bp, desk, tell_saved


def _page(
    household: Household, resident: Resident | None, form: PersonForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "households/person.html", household=household, resident=resident, form=form
    )
    return page, status


def _back_to(household_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.get("/<uuid:household_id>/people/new")
@desk
def new_person(household_id: UUID) -> ResponseReturnValue:
    """An empty person."""
    household = queries.household_in_scope(session(), household_id, actor=actor())
    return _page(household, None, PersonForm())


@bp.post("/<uuid:household_id>/people/new")
@desk
def add_person(household_id: UUID) -> ResponseReturnValue:
    """Store them."""
    form = PersonForm(request.form)
    if not form.validate():
        household = queries.household_in_scope(session(), household_id, actor=actor())
        return _page(household, None, form, 422)
    services.add_person(session(), household_id, form.person(), **acting())
    flash(_("%(name)s was saved.", name=form.name.data), "ok")
    return _back_to(household_id)


@bp.get("/people/<uuid:resident_id>")
@desk
def edit_person(resident_id: UUID) -> ResponseReturnValue:
    """The person as they are stored."""
    resident = queries.resident_in_scope(session(), resident_id, actor=actor())
    return _page(resident.household, resident, PersonForm(**shown(resident)))


@bp.post("/people/<uuid:resident_id>")
@desk
def change_person(resident_id: UUID) -> ResponseReturnValue:
    """Store what was changed."""
    form = PersonForm(request.form)
    resident = queries.resident_in_scope(session(), resident_id, actor=actor())
    if not form.validate():
        return _page(resident.household, resident, form, 422)
    clashes = services.change_person(
        session(), resident_id, form.person(), seen=form.was(), **acting()
    )
    tell_saved(_("%(name)s was saved.", name=resident.name), clashes)
    return _back_to(resident.household_id)


@bp.post("/people/<uuid:resident_id>/leave")
@desk
def leave(resident_id: UUID) -> ResponseReturnValue:
    """No longer in the home."""
    resident = services.leave(session(), resident_id, **acting())
    flash(_("%(name)s no longer lives there.", name=resident.name), "ok")
    return _back_to(resident.household_id)


@bp.post("/people/<uuid:resident_id>/return")
@desk
def bring_back(resident_id: UUID) -> ResponseReturnValue:
    """In the home after all."""
    resident = services.bring_back(session(), resident_id, **acting())
    flash(_("%(name)s was saved.", name=resident.name), "ok")
    return _back_to(resident.household_id)
