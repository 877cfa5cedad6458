"""The leader's board of one round: map and lists side by side, moved by drag, keys or forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template

from outreach.accounts import deeds
from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.rounds import queries, sentences, services
from outreach.rounds.models import Round
from outreach.rounds.views.blueprint import OFFICE, bp, found, one_of, risks_of

#: Of more homes than these, lists but the first two come when they are opened.
MOST_AT_ONCE = 150


@bp.get("/<uuid:round_id>/board")
@allow(*OFFICE)
def board(round_id: UUID) -> str:
    """Every list with its minutes, promises and phone; what is at risk first."""
    round_ = found(round_id)
    return render_template(
        "rounds/board.html",
        step=queries.last_step(session(), round_),
        acts=deeds.ACTS,
        say=sentences,
        MOST_AT_ONCE=MOST_AT_ONCE,
        **_going(round_),
    )


@bp.get("/<uuid:round_id>/board/<uuid:route_id>")
@allow(*OFFICE)
def lane(round_id: UUID, route_id: UUID) -> str:
    """One list of the board: what a board of many homes asks for when somebody opens it."""
    round_ = found(round_id)
    view = queries.round_view(session(), round_, zone=zone())
    one = one_of(view, route_id)
    phones = queries.contacts(session(), [one.route.volunteer_id])
    return render_template(
        "rounds/lane.html",
        round=round_,
        one=one,
        phone=phones.get(one.route.volunteer_id),
        say=sentences,
    )


@bp.get("/<uuid:round_id>/going")
@allow(*OFFICE)
def going(round_id: UUID) -> str:
    """How far everybody is: what the board asks for again by itself."""
    return render_template("rounds/going.html", **_going(found(round_id)))


def _going(round_: Round) -> dict[str, Any]:
    view = queries.round_view(session(), round_, zone=zone())
    return {
        "round": round_,
        "view": view,
        "risks": risks_of(round_),
        "phones": queries.contacts(session(), [one.route.volunteer_id for one in view.routes]),
        "live": round_.published_at is not None and round_.day == clock.today(zone()),
    }


@bp.get("/urgent/<uuid:household_id>")
@allow(*OFFICE)
def urgent(household_id: UUID) -> str:
    """To whom an urgent home could go today or tomorrow, and what it adds: one press adds it."""
    offers = services.offers(session(), household_id, actor=actor(), now=clock.now(), zone=zone())
    home = queries.homes_of(session(), [household_id])[household_id]
    return render_template("rounds/urgent.html", home=home, offers=offers)
