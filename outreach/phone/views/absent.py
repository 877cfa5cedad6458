"""Nobody home at many doors: a building, a floor, or those ticked."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock, replay
from outreach.core.i18n import ngettext
from outreach.core.replay import replayable
from outreach.core.request import session, wants_json, zone
from outreach.phone import rules, services
from outreach.phone.forms import AbsentForm
from outreach.phone.views.blueprint import WALKERS, bp
from outreach.phone.views.door import kept_fields, stored
from outreach.visits import queries as visits


@bp.get("/today/absent")
@allow(*WALKERS)
def absent() -> str:
    """The homes still to do, grouped by building and floor."""
    return _page(AbsentForm())


def _page(form: AbsentForm) -> str:
    return absent_page(visits.day_of(session(), actor(), clock.today(zone())), form)


def absent_page(day: visits.Day, form: AbsentForm) -> str:
    """The page, also for a phone's pack."""
    lines = [line for route in day.routes for line in route.stops if not line.progress.done]
    return render_template(
        "phone/absent.html",
        form=form,
        groups=rules.grouped(lines, lambda line: line.stop.household.address),
        chosen=set(form.stop.data or ()),
        **kept_fields(),
    )


@bp.post("/today/absent")
@allow(*WALKERS)
@replayable
def report_absent() -> ResponseReturnValue:
    """One report for each home, all or none."""
    form = AbsentForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (_page(form), 422)
    sent, now = form.sent(), clock.now()
    receipt = services.nobody_home(
        session(), form.stops, sent,
        note=form.note.data or "", actor=actor(), now=now, zone=zone(),
        ahead=replay.clock_ahead(now),
    )  # fmt: skip
    ids = [services.report_id(sent.id, stop) for stop in form.stops]
    count = len(ids)
    message = ngettext(
        "Nobody home at %(n)s home: saved.", "Nobody home at %(n)s homes: saved.", count
    )
    return stored(receipt, message, reports=ids)
