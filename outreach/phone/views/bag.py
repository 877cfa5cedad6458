"""The volunteer's own bag: what they carry, and the count at the end of the day."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock, replay
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.replay import replayable
from outreach.core.request import session, wants_json, zone
from outreach.phone.forms import CountForm
from outreach.phone.views.blueprint import WALKERS, bp
from outreach.phone.views.door import kept_fields
from outreach.stock import queries as stock
from outreach.stock import rules as stock_rules
from outreach.stock import services as custody
from outreach.stock.models import Count
from outreach.stock.queries import InBag
from outreach.swaps import queries as swaps
from outreach.visits.rules import fingerprint


@bp.get("/today/bag")
@allow(*WALKERS)
def bag() -> str:
    """What should be in the bag now."""
    return bag_page(stock.bag_of(session(), actor()))


def bag_page(inside: Sequence[InBag]) -> str:
    """The page, also for a phone's pack."""
    begins, ends = clock.day_bounds(clock.today(zone()), zone())
    count = stock.last_count(session(), actor())
    return render_template(
        "phone/bag.html",
        inside=inside,
        awaited=[one for one in inside if one.awaited],
        count=count if count and count.at >= begins else None,
        handed=swaps.today_of(session(), actor(), begins, ends),
        spoken=stock_rules.spoken,
        **kept_fields(),
    )


@bp.post("/today/bag/received")
@allow(*WALKERS)
@replayable
def received() -> ResponseReturnValue:
    """Everything that was put into the bag is there. To say it twice changes nothing."""
    form = CountForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (bag(), 422)
    count = custody.receive(session(), form.found, actor=actor(), now=clock.now())
    if wants_json():
        return replay.receipt(form.sent().id, clock.now(), again=not count)
    flash(ngettext("%(n)s phone confirmed.", "%(n)s phones confirmed.", count), "ok")
    return redirect(url_for("phone.bag"), 303)


@bp.post("/today/bag")
@allow(*WALKERS)
@replayable
def count_bag() -> ResponseReturnValue:
    """Zero difference, or which serial number is missing."""
    form = CountForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (bag(), 422)
    sent = form.sent()
    done = custody.count_bag(
        session(), sent.id, form.found, fingerprint=fingerprint({"content": sent.content}),
        made_at=sent.made_at, actor=actor(), now=clock.now(),
    )  # fmt: skip
    if wants_json():
        missing = _missing(done.count)
        return replay.receipt(sent.id, done.count.at, again=done.again, missing=missing)
    flash(*_said(done.count))
    return redirect(url_for("phone.bag"), 303)


def _missing(count: Count) -> list[str]:
    inside = stock.bag_of(session(), actor())
    return [one.device.imei or "" for one in inside if str(one.device.id) in count.missing]


def _said(count: Count) -> tuple[str, str]:
    if not count.missing:
        return _("Counted: everything is there, the difference is zero."), "ok"
    message = ngettext("%(n)s phone is missing.", "%(n)s phones are missing.", len(count.missing))
    return message, "warn"
