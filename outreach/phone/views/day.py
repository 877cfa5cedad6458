"""What a phone asks about its day: what the server has, what changed, and what to keep."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for

from outreach.accounts.access import actor, allow, device
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.phone import queries, sealing
from outreach.phone.views.blueprint import WALKERS, asked_day, bp, secret
from outreach.rounds import queries as rounds
from outreach.visits import queries as visits
from outreach.visits import rules as visit_rules


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


@bp.get("/today/pack")
@allow(*WALKERS)
def pack() -> Response:
    """What a phone keeps of today until midnight: its own route's pages, a key to seal with."""
    day = clock.today(zone())
    found = visits.day_of(session(), actor(), day)
    lines = [line for route in found.routes for line in route.stops]
    key = sealing.key_of(secret(), device().id, day)
    return jsonify(
        day=day.isoformat(),
        version=found.version,
        expires_at=clock.day_bounds(day, zone())[1].isoformat(),
        server_time=clock.now().isoformat(),
        form_version=visit_rules.FORM_VERSION,
        volunteer={"id": actor().id, "name": actor().name},
        seal={
            "format": sealing.FORMAT,
            "device": device().id,
            "day": day.isoformat(),
            "key": sealing.encoded(key),
        },
        urls=[url_for("visits.today"), *(_card_url(line) for line in lines)],
        stops=[_stop(line) for line in lines],
    )


def _card_url(line: visits.DayStop) -> str:
    return url_for("visits.stop", stop_id=line.stop.id)


def _stop(line: visits.DayStop) -> dict[str, Any]:
    home = line.stop.household
    return {
        "id": line.stop.id,
        "household_id": home.id,
        "number": line.number,
        "name": home.head_name or home.address,
        "address": home.address,
        "url": _card_url(line),
        "outcome": line.progress.outcome,
    }
