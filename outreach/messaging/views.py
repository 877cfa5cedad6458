"""Pages of the outbox for the office, the sandbox's phones, and the address providers report to."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow, callback
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.messaging import pages, services, words
from outreach.messaging.channels import FOREIGN, Channel, Forged, open_channel
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.models import Status
from outreach.messaging.pages import Tab, Wanted

bp = Blueprint("messaging", __name__)
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)
PHONE = re.compile(r"\+[0-9]{6,15}")
#: Without a day asked for, the lists show this much of the past and of the future.
PAST, FUTURE = timedelta(days=7), timedelta(days=31)


@bp.get("/messages")
@allow(*OFFICE)
def index() -> str:
    """What will go out tonight and why, what went out, what did not."""
    wanted, day = _wanted()
    found = pages.listed(session(), wanted, actor=actor())
    return render_template(
        "messaging/index.html",
        found=found,
        wanted=wanted,
        on=day,
        choices=pages.STATUSES[wanted.tab],
        troubles=pages.troubles(session()),
        **_shared(),
    )


@bp.get("/messages/<uuid:message_id>")
@allow(*OFFICE)
def show(message_id: UUID) -> str:
    """One message with its whole history."""
    message = pages.in_scope(session(), message_id, actor=actor())
    return render_template(
        "messaging/show.html",
        message=message,
        history=pages.history(session(), message),
        may_stop=pages.may_stop(message),
        **_shared(),
    )


@bp.post("/messages/<uuid:message_id>/cancel")
@allow(*OFFICE)
def cancel(message_id: UUID) -> Response:
    """Stop a message that has not left."""
    message = pages.in_scope(session(), message_id, actor=actor())
    services.cancel(session(), message, actor=actor(), now=clock.now())
    flash(_("The message will not be sent."), "ok")
    return redirect(url_for("messaging.show", message_id=message.id), 303)


@bp.get("/sandbox")
@allow(*OFFICE)
def sandbox() -> str:
    """The phones of the sandbox and what the chosen one received."""
    page = max(1, request.args.get("page", 1, type=int))
    phones, last = pages.sandbox_phones(session(), actor=actor(), page=page)
    asked = PHONE.fullmatch(request.args.get("phone", ""))
    chosen = asked.group() if asked else phones[0].number if phones else ""
    return render_template(
        "messaging/sandbox.html",
        phones=phones,
        page=page,
        pages=last,
        chosen=chosen,
        received=pages.received(session(), chosen, actor=actor()) if chosen else [],
        behaviours=Behaviour,
        **_shared(),
    )


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


def _wanted() -> tuple[Wanted, date | None]:
    """What the list's address asks for; whatever it does not say sensibly is left out."""
    tab = next((t for t in Tab if t == request.args.get("tab")), Tab.COMING)
    status = next((s for s in Status if s == request.args.get("status")), None)
    day = _day(request.args.get("day", ""))
    today = clock.today(zone())
    begins, __ = clock.day_bounds(day or today - PAST, zone())
    __, ends = clock.day_bounds(day or today + FUTURE, zone())
    digits = "".join(c for c in request.args.get("q", "") if c.isascii() and c.isdigit())
    wanted = Wanted(
        tab=tab,
        begins=begins,
        ends=ends,
        status=status if status in pages.STATUSES[tab] else None,
        digits=digits.removeprefix("84").lstrip("0"),
        page=request.args.get("page", 1, type=int),
    )
    return wanted, day


def _day(asked: str) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def _shared() -> dict[str, object]:
    """What every page of messages says: in words, through which channel, and whether abroad."""
    channel = current_app.settings.sms_channel  # type: ignore[attr-defined]
    return {"words": words, "channel": channel, "abroad": channel in FOREIGN}


def _channel() -> Channel:
    """Opened once for the application: Twilio's library takes a second to load."""
    app = current_app
    if "sms_channel" not in app.extensions:
        app.extensions["sms_channel"] = open_channel(
            app.settings,  # type: ignore[attr-defined]
            app.db,  # type: ignore[attr-defined]
        )
    return cast("Channel", app.extensions["sms_channel"])
