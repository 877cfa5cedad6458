"""What is put right at the door: a home's details, pin and hazards, its people, a new home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock, replay
from outreach.core.forms import Form
from outreach.core.i18n import gettext as _
from outreach.core.replay import replayable
from outreach.core.request import session, wants_json, zone
from outreach.households import merging, wording
from outreach.households.models import Household, Resident, Salutation
from outreach.phone import queries, services
from outreach.phone.forms import (
    FORM_VERSION,
    FixHomeForm,
    FixPersonForm,
    NewHomeForm,
    NewPersonForm,
)
from outreach.phone.views.blueprint import WALKERS, bp
from outreach.rounds.models import Stop
from outreach.visits import queries as visits
from outreach.visits.services import Receipt


def doing() -> dict[str, Any]:
    """Who does it, when and on which day, for a service."""
    return {"actor": actor(), "now": clock.now(), "today": clock.today(zone())}


def kept_fields() -> dict[str, Any]:
    """What the hidden fields of a form begin with; a phone puts its own in at the tap."""
    made_at = clock.now().astimezone(zone()).isoformat(timespec="seconds")
    return {"new_id": uuid4, "made_at": made_at, "form_version": FORM_VERSION}


def stored(receipt: Receipt, message: str, **more: Any) -> ResponseReturnValue:
    """A receipt for a program; for a person the home they came from, or their day."""
    if wants_json():
        return replay.receipt(receipt.report_id, receipt.stored_at, again=receipt.again, **more)
    flash(message, "ok")
    stop_id = request.form.get("back", type=UUID)
    where = url_for("visits.stop", stop_id=stop_id) if stop_id else url_for("visits.today")
    return redirect(where, 303)


@bp.get("/homes/<uuid:household_id>")
@allow(*WALKERS)
def home(household_id: UUID) -> str:
    """A home's details, to be put right."""
    return _page(household_id, None)


def _page(household_id: UUID, wrong: Form | None) -> str:
    today = clock.today(zone())
    found = queries.home_at_door(session(), household_id, actor=actor(), today=today)
    people = [(person, merging.of_person(person)) for person in found.residents]
    return home_page(found, people, visits.day_of(session(), actor(), today), wrong)


def home_page(
    home: Household,
    people: Sequence[tuple[Resident, dict[str, str]]],
    day: visits.Day,
    wrong: Form | None = None,
) -> str:
    """The page of a home's details, also for a phone's pack. `people` are with their fields."""
    stops = [line.stop for route in day.routes for line in route.stops]
    asked = request.form.get("back", type=UUID)
    here = next((stop.id for stop in stops if stop.household_id == home.id), asked)
    return render_template(
        "phone/home.html",
        home=home,
        people=people,
        fields=merging.of_home(home),
        hazards=wording.HAZARDS,
        salutations=Salutation,
        nearby=_points(stops, home.id),
        back=here,
        wrong=wrong,
        **kept_fields(),
    )


def _points(stops: Sequence[Stop], but: UUID) -> list[tuple[str, str]]:
    """Points of the homes of today's route, for a phone that cannot tell where it is."""
    homes = [stop.household for stop in stops]
    return [
        (merging.pin(one.latitude, one.longitude), one.address)
        for one in homes
        if one.latitude is not None and one.id != but
    ]


@bp.post("/homes/<uuid:household_id>")
@allow(*WALKERS)
@replayable
def fix_home(household_id: UUID) -> ResponseReturnValue:
    """Change details, hazards or the pin of a home, field by field."""
    form = FixHomeForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (_page(household_id, form), 422)
    sent = form.sent()
    receipt = services.fix_home(session(), household_id, form.changes(), sent, **doing())
    return _merged(receipt)


def _merged(receipt: Receipt) -> ResponseReturnValue:
    results = queries.results_of(session(), receipt.report_id)
    waits = any(result == "clash" for _field, result in results)
    message = _("Saved. Somebody else had changed a detail meanwhile: the team leader decides.")
    return stored(
        receipt,
        message if waits else _("Saved. Thank you for putting this right."),
        changes=[{"field": field, "result": result} for field, result in results],
    )


@bp.post("/people/<uuid:resident_id>")
@allow(*WALKERS)
@replayable
def fix_person(resident_id: UUID) -> ResponseReturnValue:
    """Change details of a person, field by field."""
    form = FixPersonForm(request.form)
    if not form.validate():
        if wants_json():
            return replay.invalid(form)
        person = queries.person_at_door(
            session(), resident_id, actor=actor(), today=clock.today(zone())
        )
        return _page(person.household_id, form), 422
    sent = form.sent()
    return _merged(services.fix_person(session(), resident_id, form.changes(), sent, **doing()))


@bp.post("/homes/<uuid:household_id>/people")
@allow(*WALKERS)
@replayable
def add_person(household_id: UUID) -> ResponseReturnValue:
    """Somebody who lives there and is on no list."""
    form = NewPersonForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (_page(household_id, form), 422)
    sent = form.sent()
    receipt = services.add_person(session(), household_id, form.person(), sent, **doing())
    return stored(receipt, _("%(name)s was saved.", name=form.name.data))


@bp.get("/homes/new")
@allow(*WALKERS)
def new_home() -> str:
    """An empty home, near a stop of the own route."""
    return _new_page(NewHomeForm(near=request.args.get("near", type=UUID)))


def _new_page(form: NewHomeForm, suspected: services.Suspected | None = None) -> str:
    return new_home_page(visits.day_of(session(), actor(), clock.today(zone())), form, suspected)


def new_home_page(
    day: visits.Day, form: NewHomeForm, suspected: services.Suspected | None = None
) -> str:
    """The page of a home on no list, also for a phone's pack."""
    lines = [line for route in day.routes for line in route.stops]
    known = {line.stop.household_id: line.stop.id for line in lines}
    return render_template(
        "phone/new_home.html",
        form=form,
        lines=lines,
        known=known,
        suspected=suspected,
        sent=request.form,
        hazards=wording.HAZARDS,
        **kept_fields(),
    )


@bp.post("/homes/new")
@allow(*WALKERS)
@replayable
def found_home() -> ResponseReturnValue:
    """Enter a home, put it on the own route, and report on it if something happened."""
    form = NewHomeForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (_new_page(form), 422)
    try:
        receipt = services.add_home(
            session(), _found(form), form.sent(),
            ask=not wants_json(), zone=zone(), **doing(),
        )  # fmt: skip
    except services.Suspected as suspected:
        return _new_page(form, suspected), 409
    return stored(receipt, _("The home is entered. It is the last one on your route."))


def _found(form: NewHomeForm) -> services.Found:
    assert form.near.data
    return services.Found(
        near=form.near.data,
        address=form.address.data or "",
        landmark=form.landmark.data or "",
        note=form.note.data or "",
        hazards=form.dangers(),
        pin=form.pin,
        person=form.first_person(),
        outcome=form.reported(),
        anyway=bool(form.anyway.data),
    )
