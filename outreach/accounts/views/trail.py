"""The audit trail, for the office: who did what, to what, when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts import deeds, queries
from outreach.accounts.access import actor
from outreach.accounts.views.blueprint import bp
from outreach.accounts.views.people import office, page_number, uuid_or_none
from outreach.core.request import session


def _moment(name: str, *, days: int = 0) -> datetime | None:
    """The first instant of a day in the query string, where the teams work."""
    try:
        day = date.fromisoformat(request.args.get(name, "")) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    zone = current_app.settings.zone  # type: ignore[attr-defined]
    if not 1970 <= day.year <= 9000:
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)


@bp.get("/audit")
@office
def audit() -> ResponseReturnValue:
    """One page of the trail."""
    args = request.args
    sought = queries.Sought(
        who=args.get("who", "").strip()[:80],
        subject_id=uuid_or_none(args.get("subject")),
        kind=args.get("kind", "") if args.get("kind") in deeds.KINDS else "",
        since=_moment("since"),
        until=_moment("until", days=1),
    )
    found, more = queries.trail(session(), sought, actor=actor(), page=page_number())
    return render_template(
        "accounts/audit.html",
        acts=found,
        more=more,
        page=page_number(),
        kinds=list(deeds.KINDS.items()),
        act_name=deeds.act_name,
        kind_name=deeds.kind_name,
    )
