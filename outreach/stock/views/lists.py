"""Phones as a list, and one phone with its whole way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.stock import labels, queries, services
from outreach.stock.models import Kind, PlaceKind
from outreach.stock.views.blueprint import acting, bp, desk, note_asked, office, tried


@bp.get("")
@office
def index() -> str:
    """Every phone the actor may see, by where it is."""
    args = request.args
    wanted = queries.Wanted(
        words=args.get("q", ""),
        kind=args.get("kind", type=Kind),
        place=args.get("place", type=PlaceKind),
        awaited="awaited" in args,
        page=args.get("page", 1, type=int),
    )
    found = queries.listed(session(), wanted, actor=actor())
    return render_template(
        "stock/index.html",
        found=found,
        wanted=wanted,
        places=PlaceKind,
        place_options=_options(labels.PLACES),
        kind_options=_options(labels.KINDS),
    )


def _options(names: Mapping[Any, object]) -> list[tuple[str, str]]:
    return [("", _("All")), *((one.value, str(name)) for one, name in names.items())]


@bp.get("/devices/<uuid:device_id>")
@office
def device(device_id: UUID) -> str:
    """Where it is, what may be done with it, and every hand it went through."""
    return _page(device_id)


def _page(device_id: UUID, wrong: str = "") -> str:
    found = queries.device_in_scope(session(), device_id, actor=actor())
    chain = queries.history(session(), found)
    return render_template("stock/device.html", device=found, chain=chain, wrong=wrong)


@bp.post("/devices/<uuid:device_id>")
@office
def act(device_id: UUID) -> ResponseReturnValue:
    """One of the ways a phone may go from where it is."""
    deed = _DEEDS.get(request.form.get("deed", ""))
    if deed is None:
        raise Refusal(_("This form is damaged. Please load the page again."))
    if why := tried(lambda: deed(device_id, note_asked())):
        return _page(device_id, why), 409
    flash(_("Noted."), "ok")
    return redirect(url_for("stock.device", device_id=device_id), 303)


def _lose(device_id: UUID, note: str) -> None:
    services.lose(session(), device_id, reason=note, **acting())


def _find(device_id: UUID, note: str) -> None:
    services.find_again(session(), device_id, note=note, **acting())


def _back(device_id: UUID, note: str) -> None:
    services.take_back(session(), device_id, note=note, **acting())


def _on_word(device_id: UUID, _note: str) -> None:
    services.receive_on_word(session(), device_id, **acting())


def _away(device_id: UUID, name: str, *, recycle: bool) -> None:
    if not name:
        raise Refusal(_("Write who gets it."))
    services.send_away(session(), device_id, to_recycler=recycle, name=name, **acting())


_DEEDS: dict[str, Callable[[UUID, str], None]] = {
    "lose": _lose,
    "find": _find,
    "back": _back,
    "word": _on_word,
    "recycle": lambda id_, name: _away(id_, name, recycle=True),
    "return": lambda id_, name: _away(id_, name, recycle=False),
}


@bp.get("/deliveries")
@desk
def deliveries() -> str:
    """What came, and with which paper."""
    found = queries.deliveries(session(), actor=actor())
    return render_template("stock/deliveries.html", found=found)
