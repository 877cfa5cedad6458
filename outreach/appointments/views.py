"""Pages about appointments: by day, made for a home, moved, cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.appointments import queries, services
from outreach.appointments.forms import SKILLS, AgreeForm, WindowForm
from outreach.appointments.models import Appointment, Origin, State
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.households.models import Household

bp = Blueprint("appointments", __name__, url_prefix="/appointments")
E = TypeVar("E", State, Origin)
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.get("")
@allow(*OFFICE)
def index() -> str:
    """The appointments of one day, with filters."""
    day = _asked_day()
    begins, ends = clock.day_bounds(day, zone())
    wanted = queries.Wanted(
        begins=begins,
        ends=ends,
        state=_member(State, "state"),
        origin=_member(Origin, "origin"),
        words=request.args.get("q", ""),
        page=request.args.get("page", 1, type=int),
    )
    found = queries.listed(session(), wanted, actor=actor())
    return render_template(
        "appointments/index.html",
        found=found,
        wanted=wanted,
        on=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
    )


@bp.get("/new")
@allow(*OFFICE)
def find_home() -> str:
    """Find the home first, by address or name."""
    words = request.args.get("q", "")
    homes = queries.homes_called(session(), words, actor=actor())
    return render_template("appointments/find_home.html", words=words, homes=homes)


@bp.route("/new/<uuid:household_id>", methods=["GET", "POST"])
@allow(*OFFICE)
def new(household_id: UUID) -> ResponseReturnValue:
    """Agree a window with one home."""
    household = queries.household_in_scope(session(), household_id, actor=actor())
    form = AgreeForm(request.form, day=clock.today(zone()) + timedelta(days=1))
    form.offer(household)
    if request.method == "POST" and (made := _agree(form, household)):
        flash(_("The appointment is noted."), "ok")
        return _to(made)
    status = 422 if request.method == "POST" else 200
    return render_template("appointments/new.html", form=form, household=household), status


def _agree(form: AgreeForm, household: Household) -> Appointment | None:
    """Store it, or put into the form why not (services check before they write)."""
    if not form.validate():
        return None
    try:
        wish = form.wish(household, zone())
        return services.agree(session(), wish, actor=actor(), now=clock.now())
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return None


@bp.get("/<uuid:appointment_id>")
@allow(*OFFICE)
def show(appointment_id: UUID) -> str:
    """One appointment, with what can be done about it."""
    found = queries.in_scope(session(), appointment_id, actor=actor())
    return _page(found, _window_of(found))


@bp.post("/<uuid:appointment_id>/move")
@allow(*OFFICE)
def move(appointment_id: UUID) -> ResponseReturnValue:
    """Agree another window."""
    found = queries.in_scope(session(), appointment_id, actor=actor())
    form = WindowForm(request.form)
    if form.validate():
        try:
            services.move(session(), found, form.window(zone()), actor=actor(), now=clock.now())
        except Refusal as refusal:
            if found.closed_at:  # nothing a form could put right
                raise
            form.form_errors.append(str(refusal))
        else:
            flash(_("The new time is noted."), "ok")
            return _to(found)
    return _page(found, form), 422


@bp.post("/<uuid:appointment_id>/cancel")
@allow(*OFFICE)
def cancel(appointment_id: UUID) -> Response:
    """End it; a reminder not sent yet will not be sent."""
    found = queries.in_scope(session(), appointment_id, actor=actor())
    services.cancel(session(), found, actor=actor(), now=clock.now())
    flash(_("The appointment is cancelled."), "ok")
    return _to(found)


def _to(appointment: Appointment) -> Response:
    return redirect(url_for("appointments.show", appointment_id=appointment.id), 303)


def _page(appointment: Appointment, form: WindowForm) -> str:
    return render_template(
        "appointments/show.html", appointment=appointment, form=form, skills=dict(SKILLS)
    )


def _window_of(appointment: Appointment) -> WindowForm:
    starts, ends = appointment.starts_at.astimezone(zone()), appointment.ends_at.astimezone(zone())
    return WindowForm(day=starts.date(), starts=starts.time(), ends=ends.time())


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today(zone())


def _member(kind: type[E], name: str) -> E | None:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None
