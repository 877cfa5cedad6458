"""What the pages of messages share: the blueprint, who may open them, and the open channels."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app

from outreach.accounts.models import Role
from outreach.core.settings import Settings
from outreach.messaging import words
from outreach.messaging.channels import FOREIGN
from outreach.messaging.channels.opening import Channels, open_channels

bp = Blueprint("messaging", __name__)
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


def settings() -> Settings:
    """The installation's settings."""
    return cast("Settings", current_app.settings)  # type: ignore[attr-defined]


def shared() -> dict[str, object]:
    """What every page of messages says: in words, through which channel, and whether abroad."""
    return {"words": words, **way_out()}


def way_out() -> dict[str, object]:
    """Which channel is set, and whether residents' numbers may leave the country by it."""
    ways = {settings().sms_channel, settings().sms_fallback_channel}
    return {"channel": settings().sms_channel, "abroad": bool(ways & FOREIGN)}


def channels() -> Channels:
    """Opened once for the application: Twilio's library takes a second to load."""
    app = current_app
    if "sms_channels" not in app.extensions:
        app.extensions["sms_channels"] = open_channels(
            settings(),
            app.db,  # type: ignore[attr-defined]
        )
    return cast("Channels", app.extensions["sms_channels"])
