"""Many kept forms in one request: only the journey is shared."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request

from outreach.accounts import services as accounts
from outreach.accounts.access import actor, allow, device
from outreach.core import clock, replay
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.phone import rules
from outreach.phone.replaying import Damaged, read_items
from outreach.phone.replaying import replay as replay_all
from outreach.phone.views.blueprint import WALKERS, bp


@bp.post("/outbox")
@allow(*WALKERS)
def outbox() -> Response:
    """Send every item to its own view; each stands or falls alone."""
    told = body_of()
    answers = replay_all(read_items(told.get("items")), actor=actor(), device=device())
    if replay.held() is None and isinstance(held := told.get("held"), int) and held >= 0:
        accounts.touch(session(), device(), now=clock.now(), held=min(held, replay.MOST_HELD))
    return jsonify(items=[answer.as_json() for answer in answers])


def body_of() -> dict[str, Any]:
    """The JSON that was sent, of a bearable size; a page gets its refusal as a page."""
    request.max_content_length = rules.LARGEST_BATCH
    if (request.content_length or 0) > rules.LARGEST_BATCH:
        abort(413)
    told = request.get_json(force=True, silent=True)
    if not isinstance(told, dict):
        raise Damaged(_("This request could not be understood."))
    return told
