"""The parts of the board that a change touched, as HTML in JSON: the page puts them in place."""

from __future__ import annotations

from flask import get_template_attribute, jsonify
from werkzeug.wrappers import Response

from outreach.accounts import deeds
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.rounds import queries, sentences
from outreach.rounds.models import Round
from outreach.rounds.services import Edit

TEMPLATE = "rounds/board_parts.html"


def changed_parts(round_: Round, edit: Edit, said: str) -> Response:
    """What the board shows of the touched routes, worked out by the same code as the whole page."""
    session().flush()
    view = queries.round_view(session(), round_, zone=zone())
    touched = {route.id for route in edit.touched}
    lane = get_template_attribute(TEMPLATE, "lane")
    lanes = [one for one in view.routes if one.route.id in touched]
    phones = queries.contacts(session(), [one.route.volunteer_id for one in lanes])
    now = clock.now()
    parts = {
        f"lane-{one.route.id}": lane(
            round_, one, sentences, phones.get(one.route.volunteer_id), now, opened=True
        )
        for one in lanes
    }
    step = queries.last_step(session(), round_)
    parts["sums"] = get_template_attribute(TEMPLATE, "sums")(view)
    parts["undo"] = get_template_attribute(TEMPLATE, "undo")(round_, step, deeds.ACTS)
    return jsonify(revision=round_.revision, said=said, parts=parts)
