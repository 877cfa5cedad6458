"""How communes write and are answered, and days that are not what the calendar says."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.core import clock, declared_days
from outreach.core.errors import NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.core.working_days import DayKind
from outreach.households.models import Language
from outreach.messaging import costs
from outreach.notifications import texts
from outreach.notifications.forms.office import DayForm, MannerForm, shown
from outreach.notifications.queries import manners as queries
from outreach.notifications.rules.calendar import Calendar
from outreach.notifications.rules.manners import Hours
from outreach.notifications.services import manners as services
from outreach.notifications.views.blueprint import acting, bp, desk, settings
from outreach.places.models import Area, Level


def _commune(area_id: UUID) -> Area:
    area = scopes.area_in_scope(session(), area_id, actor=actor())
    if area.level is not Level.COMMUNE:
        raise NotFound(_("Only communes have settings for their messages."))
    return area


@bp.get("/texts/communes")
@desk
def communes() -> ResponseReturnValue:
    """How each commune writes, answers and is answered; straight to the only one."""
    asked, today = request.args.get("q", ""), clock.today(zone())
    found = queries.communes(session(), words=asked, actor=actor(), today=today)
    if len(found) == 1 and not asked:
        return redirect(url_for("notifications.manner", area_id=found[0].sent.area.id), 303)
    return render_template("notifications/communes.html", communes=found, asked=asked)


@bp.get("/texts/communes/<uuid:area_id>")
@desk
def manner(area_id: UUID) -> ResponseReturnValue:
    """How this commune writes and is answered, with the text as residents read it."""
    area = _commune(area_id)
    return _page(area, MannerForm(data=shown(queries.own_manner(session(), area.id))))


@bp.post("/texts/communes/<uuid:area_id>")
@desk
def save_manner(area_id: UUID) -> ResponseReturnValue:
    """Store it."""
    area = _commune(area_id)
    form = MannerForm(request.form)
    if form.validate():
        try:
            services.save(session(), area, form.told(), **acting())
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(_("This commune now writes like this."), "ok")
            return redirect(url_for("notifications.manner", area_id=area.id), 303)
    return _page(area, form, 422)


def _page(area: Area, form: MannerForm, status: int = 200) -> ResponseReturnValue:
    known = queries.Manners(
        session(), sender=settings().sms_sender_name, hotline=settings().hotline
    )[area.id]
    words = queries.wordings(session())
    template = texts.VISIT_REMINDER
    samples = {
        language: template.text(
            words[template.name, language],
            language,
            {gap.name: gap.shown(language) for gap in template.gaps}
            | {"sender": known.sender, "hotline": known.hotline, "reply": known.reply(language)},
        )
        for language in (Language.VI, Language.EN)
    }
    page = render_template(
        "notifications/manner.html",
        sent=costs.commune(session(), area.id, today=clock.today(zone())),
        area=area,
        form=form,
        samples=samples,
        sender=known.sender,
    )
    return page, status


@bp.get("/texts/days")
@desk
def days() -> ResponseReturnValue:
    """Silent days to come, and days declared otherwise."""
    return _days(DayForm())


def _days(form: DayForm, status: int = 200) -> ResponseReturnValue:
    today = clock.today(zone())
    declared = declared_days.listed(session(), today - timedelta(days=31))
    calendar = Calendar(declared_days.overrides(session()))
    ahead = [today + timedelta(days=n) for n in range(400)]
    silent = [day for day in ahead if calendar.silent(day, Hours())]
    page = render_template(
        "notifications/days.html", form=form, declared=declared, silent=_runs(silent)
    )
    return page, status


def _runs(days: list[date]) -> list[tuple[date, date]]:
    """Consecutive days as (first, last)."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


@bp.post("/texts/days")
@desk
def declare_day() -> ResponseReturnValue:
    """Declare a day free or worked."""
    form = DayForm(request.form)
    if not form.validate():
        return _days(form, 422)
    assert form.day.data is not None
    kind = DayKind(form.kind.data)
    declared_days.declare(session(), form.day.data, kind, form.note.data or "", **acting())
    flash(_("The day is noted."), "ok")
    return redirect(url_for("notifications.days"), 303)


@bp.post("/texts/days/<uuid:day_id>/forget")
@desk
def forget_day(day_id: UUID) -> ResponseReturnValue:
    """The calendar rules again."""
    declared_days.forget(session(), day_id, **acting())
    flash(_("The calendar rules again for that day."), "ok")
    return redirect(url_for("notifications.days"), 303)
