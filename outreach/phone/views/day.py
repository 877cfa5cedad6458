"""What a phone asks about its day: what the server has, and what changed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for

from outreach.accounts.access import actor, allow
from outreach.core.request import session, zone
from outreach.phone import queries
from outreach.phone.views.blueprint import WALKERS, asked_day, bp
from outreach.rounds import queries as rounds


@bp.get("/today/receipts")
@allow(*WALKERS)
def receipts() -> Response:
    """The ids of everything stored from this person for a day."""
    day = asked_day()
    kept = queries.receipts(session(), actor(), day, zone())
    told = [
        {"id": one.id, "stored_at": one.stored_at.isoformat(), "undone": one.undone} for one in kept
    ]
    return jsonify(day=day.isoformat(), ids=[one.id for one in kept], receipts=told)


@bp.get("/today/changes")
@allow(*WALKERS)
def changes() -> Response:
    """How the route differs from the version a phone has: "+2 −1", and which homes."""
    day = asked_day()
    found = rounds.changes_since(session(), actor(), day, request.args.get("since", ""))
    return jsonify(
        day=day.isoformat(),
        version=found.version,
        summary=f"+{len(found.added)} −{len(found.removed)}",
        added=[_changed(one) for one in found.added],
        removed=[_changed(one) for one in found.removed],
    )


def _changed(one: rounds.Changed) -> dict[str, Any]:
    return {
        "stop_id": one.stop_id,
        "household_id": one.household_id,
        "name": one.name or one.address,
        "address": one.address,
        "url": url_for("visits.stop", stop_id=one.stop_id),
    }
