"""Pages of the outbox for the office, and the address providers report to."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import callback
from outreach.core import clock
from outreach.core.request import session
from outreach.messaging import services
from outreach.messaging.channels import Channel, Forged, open_channel

bp = Blueprint("messaging", __name__)


@bp.post("/callbacks/twilio/status")
@callback
def twilio_status() -> ResponseReturnValue:
    """Twilio tells how a message fares; believed only with its signature."""
    channel = _channel()
    try:
        news = channel.receipt(request.full_path.rstrip("?"), dict(request.headers), request.form)
    except Forged:
        abort(403)
    if news is not None:
        services.take_receipt(session(), news, channel=channel.name, now=clock.now())
    return "", 204


def _channel() -> Channel:
    """Opened once for the application: Twilio's library takes a second to load."""
    app = current_app
    if "sms_channel" not in app.extensions:
        app.extensions["sms_channel"] = open_channel(
            app.settings,  # type: ignore[attr-defined]
            app.db,  # type: ignore[attr-defined]
        )
    return cast("Channel", app.extensions["sms_channel"])
