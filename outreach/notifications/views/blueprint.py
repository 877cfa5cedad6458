"""What every page of this feature shares: the blueprint, who may enter, and who acts when."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, cast

from flask import Blueprint, current_app, request

from outreach.accounts.access import actor, allow, staff
from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.core.request import session
from outreach.core.settings import Settings
from outreach.messaging import words as messaging_words
from outreach.notifications import words
from outreach.notifications.rules.drafts import as_uuid
from outreach.notifications.services.post import Post

bp = Blueprint("notifications", __name__)

office = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)
#: Whoever answers for a commune's or the installation's settings.
desk = allow(Role.OFFICER, Role.ADMINISTRATOR)
callers = staff

#: đồng a segment, where the settings name no price for the channel.
USUAL_PRICE = 850


@bp.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "said": messaging_words, "price_of": price_of}


bp.add_app_template_filter(as_uuid, "as_uuid")


class Acting(TypedDict):
    """Who does it and when, for a service."""

    actor: User
    now: datetime


def acting() -> Acting:
    return {"actor": actor(), "now": clock.now()}


def settings() -> Settings:
    return cast("Settings", current_app.settings)  # type: ignore[attr-defined]


def post() -> Post:
    """The office's pen for this request."""
    return Post(session(), settings(), now=clock.now())


def page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def price_of(segments: int) -> int:
    """đồng for so many segments through the channel that is set."""
    name = f"sms_{settings().sms_channel}_price"
    return segments * int(getattr(settings(), name, USUAL_PRICE))
