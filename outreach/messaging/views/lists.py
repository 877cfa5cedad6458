"""Pages of the outbox for the office, and the sandbox's phones."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.messaging import pages, services
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.models import Status
from outreach.messaging.pages import Tab, Wanted
from outreach.messaging.views.blueprint import OFFICE, bp, shared

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
        **shared(),
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
        **shared(),
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
        **shared(),
    )


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
