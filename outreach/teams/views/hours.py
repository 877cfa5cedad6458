"""When somebody can come: one's own hours, or those of people in a team one runs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, staff
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.teams import queries, services
from outreach.teams.forms import DayForm, RestFields, WeekForm, borne, clock_time
from outreach.teams.models import Member
from outreach.teams.views.blueprint import bp, today


@bp.get("/availability")
@staff
def availability() -> ResponseReturnValue:
    """One's own hours; a choice of teams where one is in several."""
    places = queries.places_of(session(), actor())
    if len(places) == 1:
        return redirect(url_for("teams.hours", member_id=places[0].id), 303)
    return render_template("teams/availability.html", places=places)


def _member(member_id: UUID) -> Member:
    return queries.member_with_hours(session(), member_id, actor=actor())


def _page(
    member: Member,
    week: WeekForm | None = None,
    day: DayForm | None = None,
    limits: RestFields | None = None,
) -> str:
    return render_template(
        "teams/hours.html",
        member=member,
        own=member.user_id == actor().id,
        week=week or WeekForm(data=_week(member)),
        day_form=day or DayForm(),
        limits=limits or RestFields(data=borne(member)),
        days=queries.days_of(session(), member, today=today()),
        today=today(),
        tomorrow=today() + timedelta(days=1),
    )


def _week(member: Member) -> dict[str, object]:
    stored: dict[str, object] = {}
    for weekday, row in queries.week_of(session(), member).items():
        stored[f"starts{weekday}"] = clock_time(row.starts)
        stored[f"ends{weekday}"] = clock_time(row.ends)
    return stored


@bp.get("/members/<uuid:member_id>/hours")
@staff
def hours(member_id: UUID) -> ResponseReturnValue:
    """The week and the days that differ."""
    return _page(_member(member_id))


@bp.post("/members/<uuid:member_id>/week")
@staff
def tell_week(member_id: UUID) -> ResponseReturnValue:
    """Say the week anew."""
    member = _member(member_id)
    form = WeekForm(request.form)
    if not form.validate():
        return _page(member, week=form), 422
    services.tell_week(session(), member, form.week(), actor=actor(), now=clock.now())
    return _back(member)


@bp.post("/members/<uuid:member_id>/limits")
@staff
def tell_limits(member_id: UUID) -> ResponseReturnValue:
    """Say when they rest, and how much they can bear."""
    member = _member(member_id)
    form = RestFields(request.form)
    if not form.validate():
        return _page(member, limits=form), 422
    limits = dict(form.said())
    services.tell_limits(session(), member, limits, actor=actor(), now=clock.now())  # type: ignore[arg-type]
    return _back(member)


@bp.post("/members/<uuid:member_id>/days")
@staff
def tell_day(member_id: UUID) -> ResponseReturnValue:
    """Say that one day differs."""
    member = _member(member_id)
    form = DayForm(request.form)
    if not form.validate():
        return _page(member, day=form), 422
    services.tell_day(
        session(),
        member,
        form.when(),
        form.hours(),
        actor=actor(),
        now=clock.now(),
        today=today(),
    )
    return _back(member)


@bp.post("/members/<uuid:member_id>/days/forget")
@staff
def forget_day(member_id: UUID) -> ResponseReturnValue:
    """Take one day back."""
    member = _member(member_id)
    form = DayForm(request.form)
    if form.day.data is None:
        raise Refusal(_("This form is damaged. Please load the page again."))
    services.forget_day(session(), member, form.day.data, actor=actor(), now=clock.now())
    return _back(member)


def _back(member: Member) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("teams.hours", member_id=member.id), 303)
