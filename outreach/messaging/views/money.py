"""What went out and what it cost, on a page and as a file."""

from __future__ import annotations

import calendar
from datetime import date
from uuid import UUID

from flask import Response, render_template, request, url_for

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock, exports
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.messaging import costs, troubles, words
from outreach.messaging.models import Message
from outreach.messaging.views.blueprint import bp, shared

DESK = (Role.OFFICER, Role.ADMINISTRATOR)
#: Months to choose from, the running one included.
MONTHS = 13


@bp.get("/messages/costs")
@allow(*DESK)
def money() -> str:
    """What each commune sent this month, and what it cost."""
    asked = _asked()
    found = costs.lines(session(), asked, actor=actor())
    return render_template(
        "messaging/costs.html",
        lines=found,
        asked=asked,
        months=_months(),
        communes=costs.communes(session(), actor=actor(), today=asked.begins),
        channels=troubles.CHANNELS,
        file=f"{url_for('messaging.money_file')}?{request.query_string.decode()}",
        **shared(),
    )


@bp.get("/messages/costs.csv")
@allow(*DESK)
def money_file() -> Response:
    """The single messages behind the page, for a spreadsheet."""
    asked = _asked()
    rows = costs.single(session(), asked, actor=actor(), limit=exports.MOST_ROWS)
    body = exports.as_csv(exports.Table(_("Messages"), _headings(), [_cells(m) for m in rows]))
    answer = Response(body, mimetype=exports.MIMETYPES["csv"])
    name = f"sms-{asked.begins:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _headings() -> list[str]:
    return [
        _("Sent on"),
        _("Area"),
        _("Phone number"),
        _("Purpose"),
        _("Way out"),
        _("State"),
        _("Reason"),
        _("Tries"),
        _("Segments"),
        _("Cost (đồng)"),
        _("Asked by the provider"),
        _("Currency"),
        _("The provider's number for it"),
    ]


def _cells(message: Message) -> list[exports.Cell]:
    price = message.price
    return [
        message.sent_on,
        message.area.full_name,
        message.phone.replace("+84", "0", 1),
        str(words.PURPOSES.get(message.purpose, message.purpose)),
        str(troubles.CHANNELS.get(message.channel or "", message.channel or "")),
        str(words.STATUSES[message.status][0]),
        words.reason(message.reason),
        message.attempts,
        message.segments,
        message.charge + message.charged_before,
        None if price is None else float(price),
        message.currency,
        message.provider_ref,
    ]


def _asked() -> costs.Asked:
    """What the address asks for; whatever it does not say sensibly is left out."""
    chosen = request.args.get("month", "")
    first = next((m for m in _months() if f"{m:%Y-%m}" == chosen), _months()[0])
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    channel = request.args.get("channel", "")
    try:
        commune = UUID(request.args["commune"]) if request.args.get("commune") else None
    except ValueError:
        commune = None
    return costs.Asked(first, last, channel if channel in troubles.CHANNELS else "", commune)


def _months() -> list[date]:
    """The first days of the newest months, this one first."""
    month, found = clock.today(zone()).replace(day=1), []
    for _n in range(MONTHS):
        found.append(month)
        month = (
            (month.replace(month=month.month - 1))
            if month.month > 1
            else date(month.year - 1, 12, 1)
        )
    return found
