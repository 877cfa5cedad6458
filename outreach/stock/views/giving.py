"""Handing out in few taps: from the store to a team, from a team into a bag."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session
from outreach.stock import queries, rules, services
from outreach.stock.models import Kind, Place, PlaceKind
from outreach.stock.queries import Row
from outreach.stock.queries.rights import OFFICE
from outreach.stock.views.blueprint import acting, bp, desk, office, tried
from outreach.teams import queries as teams


@bp.get("/give/team")
@desk
def to_team() -> str:
    """Tick phones of the store and choose the team."""
    return _team_page()


def _team_page(wrong: str = "") -> str:
    rows = queries.at_places(session(), Place.kind == PlaceKind.STORE, actor=actor())
    return render_template(
        "stock/to_team.html",
        rows=[one for one in rows if one.device.kind is not Kind.OLD],
        teams=teams.manageable(session(), actor()),
        wrong=wrong,
        **_chosen(),
    )


def _chosen() -> dict[str, object]:
    asked = request.form if request.method == "POST" else request.args
    return {"ticked": set(asked.getlist("device")), "to": asked.get("to", ""),
            "scanned": asked.get("imeis", "")}  # fmt: skip


@bp.post("/give/team")
@desk
def give_to_team() -> ResponseReturnValue:
    """All of them, or none."""
    to = request.form.get("to", type=UUID)

    def give() -> None:
        if to is None:
            raise Refusal(_("Choose who gets them."))
        services.give_to_team(session(), _devices(), to, **acting())

    if why := tried(give):
        return _team_page(why), 409
    return _given(url_for("stock.index", place="team"))


def _devices() -> Sequence[UUID]:
    """What was ticked and what was scanned."""
    found = set(request.form.getlist("device", type=UUID))
    for line in request.form.get("imeis", "").split():
        imei = rules.imei(line)
        device = queries.by_imei(session(), imei) if imei else None
        if device is None:
            raise Refusal(_("%(imei)s is in no book.", imei=line[:20]))
        found.add(device.id)
    return sorted(found)


def _given(where: str) -> ResponseReturnValue:
    count = len(_devices())
    flash(ngettext("%(n)s phone is handed out.", "%(n)s phones are handed out.", count), "ok")
    return redirect(where, 303)


@bp.get("/give/bag")
@office
def to_bag() -> str:
    """Tick phones of a team's cupboard and choose whose bag."""
    return _bag_page()


def _bag_page(wrong: str = "") -> str:
    rows = queries.at_places(session(), Place.kind == PlaceKind.TEAM, actor=actor())
    new = [one for one in rows if one.device.kind is not Kind.OLD]
    return render_template(
        "stock/to_bag.html",
        groups=_by_team(new),
        members=queries.members_to_fill(session(), actor=actor()),
        wrong=wrong,
        runs_store=actor().role in OFFICE,
        **_chosen(),
    )


def _by_team(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        if row.movement.to_place.team_id is not None:
            found.setdefault(row.movement.to_place.team_id, []).append(row)
    return found


@bp.post("/give/bag")
@office
def give_to_bag() -> ResponseReturnValue:
    """All of them, or none; the member confirms on their phone."""
    team, user = request.form.get("team", type=UUID), request.form.get("to", type=UUID)

    def give() -> None:
        if team is None or user is None:
            raise Refusal(_("Choose who gets them."))
        services.give_to_bag(session(), _devices(), team, user, **acting())

    if why := tried(give):
        return _bag_page(why), 409
    return _given(url_for("stock.bags"))
