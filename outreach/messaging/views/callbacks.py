"""The addresses providers report to. Whatever they say is believed only with their signature.

They may report by POST or by GET, twice, late, or before we have their answer.
"""

from __future__ import annotations

from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import callback
from outreach.core import clock
from outreach.core.request import session
from outreach.messaging import services
from outreach.messaging.channels import Forged
from outreach.messaging.views.blueprint import bp, channels


@bp.route("/callbacks/twilio/status", methods=["GET", "POST"])
@callback
def twilio_status() -> ResponseReturnValue:
    """Twilio tells how a message fares; the signature covers the whole address."""
    return _told("twilio")


@bp.route("/callbacks/brandname/<uuid:message_id>/<string:seal>", methods=["GET", "POST"])
@callback
def brandname_status(message_id: UUID, seal: str) -> ResponseReturnValue:
    """The gateway tells how a message fares, at an address that only we can make."""
    return _told("brandname")


def _told(name: str) -> ResponseReturnValue:
    channel = channels().known.get(name)
    if channel is None:
        abort(403)
    try:
        news = channel.receipt(request.full_path.rstrip("?"), dict(request.headers), request.form)
    except Forged:
        abort(403)
    if news is not None:
        services.take_receipt(session(), news, channel=name, now=clock.now())
    return "", 204
