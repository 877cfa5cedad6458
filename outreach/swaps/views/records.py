"""Hand-over records: as a list, on paper, by receipt, and decided on."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, staff
from outreach.core import i18n
from outreach.core.errors import NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.core.settings import Settings
from outreach.places.models import Area, Level
from outreach.stock import queries as stock
from outreach.stock.views.blueprint import acting, note_asked, tried
from outreach.swaps import queries, rules, services
from outreach.swaps.models import Swap, Tick
from outreach.swaps.views.blueprint import bp, office


@bp.get("/records")
@office
def records() -> ResponseReturnValue:
    """What was handed over; a receipt's number leads straight to its record."""
    words = request.args.get("q", "")
    if number := rules.read_receipt_no(words):
        return redirect(url_for("swaps.receipt", number=number))
    found = queries.listed(session(), words, request.args.get("page", 1, type=int), actor=actor())
    return render_template("swaps/records.html", found=found, words=words)


@bp.get("/receipts/<number>")
@office
def receipt(number: str) -> ResponseReturnValue:
    """Whether a receipt is one of ours, also before its report has arrived."""
    plain = rules.read_receipt_no(number)
    if plain is None:
        raise NotFound(_("This is no receipt number of ours: a letter is wrong or missing."))
    found = queries.by_receipt(session(), plain, actor=actor())
    if found is not None:
        return redirect(url_for("swaps.record", swap_id=found.id))
    return render_template("swaps/receipt.html", number=plain), 404


@bp.get("/records/<uuid:swap_id>")
@staff
def record(swap_id: UUID) -> str:
    """The hand-over record for paper: in Vietnamese, whatever is spoken on the screen."""
    found = queries.swap_in_scope(session(), swap_id, actor=actor())
    i18n.speak("vi")
    return render_template(
        "swaps/record.html",
        swap=found,
        device=found.device or stock.by_imei(session(), found.imei),
        commune=_commune(found.household.area),
        ticks=list(Tick),
        qr=_qr(found),
    )


def _commune(area: Area) -> Area:
    while area.level is not Level.COMMUNE and area.parent is not None:
        area = area.parent
    return area


def _qr(found: Swap) -> str:
    settings = cast("Settings", current_app.settings)  # type: ignore[attr-defined]
    base = settings.public_url.rstrip("/") or request.url_root.rstrip("/")
    path = url_for("swaps.receipt", number=found.receipt_no)
    code = segno.make(f"{base}{path}", error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=2, light="#fff", dark="#000"))


@bp.post("/<uuid:swap_id>/review")
@office
def decide(swap_id: UUID) -> ResponseReturnValue:
    """It happened as reported, or it does not count."""
    choice = {"keep": services.keep, "void": services.void}.get(request.form.get("choice", ""))
    if choice is None:
        raise Refusal(_("This form is damaged. Please load the page again."))
    choice(session(), swap_id, **acting())
    flash(_("Decided."), "ok")
    return redirect(url_for("phone.review"), 303)


@bp.post("/devices/<uuid:device_id>/faulty")
@office
def take_back_faulty(device_id: UUID) -> ResponseReturnValue:
    """The phone does not work: back to the team, and the home waits for another."""
    why = tried(lambda: services.take_back_faulty(session(), device_id, note=_broken(), **acting()))
    flash(why or _("Noted."), "warn" if why else "ok")
    return redirect(url_for("stock.device", device_id=device_id), 303)


def _broken() -> str:
    if note := note_asked():
        return note
    raise Refusal(_("Write what is broken."))
