"""List, search, show, enter, change and archive homes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import queries, services, wording
from outreach.households.forms import HomeForm, PersonForm
from outreach.households.forms.homes import shown
from outreach.households.models import Circumstance, Household
from outreach.households.views.blueprint import (
    acting,
    asked_area,
    bp,
    desk,
    places_for_homes,
    tell_saved,
)
from outreach.places.models import Area


@bp.get("")
@desk
def index() -> ResponseReturnValue:
    """The register, searched and filtered."""
    area = asked_area()
    filters = queries.Filters(
        words=request.args.get("q", ""),
        area=area,
        circumstance=_circumstance(request.args.get("circumstance", "")),
        archived=request.args.get("archived") == "yes",
    )
    number = request.args.get("page", 1, type=int)
    return render_template(
        "households/index.html",
        page=queries.page(session(), filters, actor=actor(), number=number),
        filters=filters,
        areas=places_for_homes(actor().area or area),
        wording=wording,
    )


def _circumstance(value: str) -> Circumstance | None:
    return Circumstance(value) if value in set(Circumstance) else None


@bp.get("/<uuid:household_id>")
@desk
def show(household_id: UUID) -> ResponseReturnValue:
    """Everything about one home."""
    card = queries.card(session(), household_id, actor=actor())
    return render_template("households/show.html", card=card, wording=wording)


@bp.get("/new")
@desk
def new() -> ResponseReturnValue:
    """An empty home, with its first person."""
    area = asked_area()
    return _new_page(HomeForm(area_id=area.id if area else None), PersonForm())


def _new_page(home: HomeForm, person: PersonForm, status: int = 200) -> ResponseReturnValue:
    area = asked_area("area_id") or asked_area()
    home.offer(places_for_homes(actor().area or area))
    return render_template("households/new.html", home=home, person=person), status


@bp.post("/new")
@desk
def create() -> ResponseReturnValue:
    """Store the home and the person in one go."""
    areas = places_for_homes(actor().area or asked_area("area_id"))
    home, person = HomeForm(request.form).offer(areas), PersonForm(request.form)
    if not (home.validate() & person.validate()):
        return _new_page(home, person, 422)
    household = services.add(session(), home.entry(), **acting())
    session().flush()
    services.add_person(session(), household.id, person.person(), **acting())
    flash(_("The home was saved."), "ok")
    return redirect(url_for("households.show", household_id=household.id), 303)


@bp.get("/<uuid:household_id>/edit")
@desk
def edit(household_id: UUID) -> ResponseReturnValue:
    """The home as it is stored."""
    household = queries.household_in_scope(session(), household_id, actor=actor())
    return _edit_page(household, HomeForm(**shown(household)))


def _edit_page(household: Household, form: HomeForm, status: int = 200) -> ResponseReturnValue:
    form.offer(_areas(household))
    return render_template("households/edit.html", household=household, form=form), status


def _areas(household: Household) -> list[Area]:
    """Where the home may go: the actor's parts, and where it is now."""
    areas = places_for_homes(actor().area or household.area)
    return areas if household.area in areas else [household.area, *areas]


@bp.post("/<uuid:household_id>/edit")
@desk
def change(household_id: UUID) -> ResponseReturnValue:
    """Store what was changed."""
    household = queries.household_in_scope(session(), household_id, actor=actor())
    form = HomeForm(request.form).offer(_areas(household))
    if not form.validate():
        return _edit_page(household, form, 422)
    clashes = services.change(session(), household_id, form.entry(), seen=form.was(), **acting())
    tell_saved(_("The home was saved."), clashes)
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.post("/<uuid:household_id>/archive")
@desk
def archive(household_id: UUID) -> ResponseReturnValue:
    """Out of lists and plans."""
    services.archive(session(), household_id, **acting())
    flash(_("The home is in the archive. Its history stays."), "ok")
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.post("/<uuid:household_id>/restore")
@desk
def restore(household_id: UUID) -> ResponseReturnValue:
    """Back into lists."""
    services.restore(session(), household_id, **acting())
    flash(_("The home is back in the register."), "ok")
    return redirect(url_for("households.show", household_id=household_id), 303)
