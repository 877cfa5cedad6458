"""What will go out and why, who is not told and why not, and all of it for one home."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.notifications import texts
from outreach.notifications.planning import planned
from outreach.notifications.queries import manners, replies
from outreach.notifications.queries import tonight as queries
from outreach.notifications.queries.tonight import Outlook
from outreach.notifications.rules.calendar import HORIZON
from outreach.notifications.views.blueprint import bp, office, page_number, settings

PAGE_SIZE = 50
TABS = ("going", "kept", "missed")


def _outlook(narrowed: sa.ColumnElement[bool]) -> Outlook:
    now = clock.now()
    plan = planned(session(), settings(), now=now, narrowed=narrowed)
    today = now.astimezone(zone()).date()
    start = datetime.combine(today, time(), zone())
    end = datetime.combine(today + HORIZON + timedelta(days=1), time(), zone())
    return queries.outlook(session(), plan, narrowed, start, end)


@bp.get("/texts/tonight")
@office
def tonight() -> str:
    """What will go out, what is kept back and why, and who cannot be told."""
    found = _outlook(Household.area_id.in_(scopes.areas(actor())))
    tab = request.args.get("tab", TABS[0])
    rows = {
        "going": sorted(found.drafts, key=lambda one: one.send_after),
        "kept": found.silences,
        "missed": found.missed,
    }
    tab = tab if tab in rows else TABS[0]
    pages = max(1, -(-len(rows[tab]) // PAGE_SIZE))
    page = min(page_number(), pages)
    return render_template(
        "notifications/tonight.html",
        found=found,
        tab=tab,
        rows=rows[tab][(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        total=len(rows[tab]),
        waiting=replies.waiting_count(session(), actor=actor()),
    )


@bp.get("/texts/homes/<uuid:household_id>")
@office
def home(household_id: UUID) -> str:
    """What one home would be sent, on which phone, and why or why not."""
    household = households.household_in_scope(session(), household_id, actor=actor())
    found = _outlook(Household.id == household.id)
    phones = queries.phones_of(session(), {household.id}).get(household.id, [])
    since = clock.today(zone()) - timedelta(days=6)
    manner = manners.Manners(
        session(), sender=settings().sms_sender_name, hotline=settings().hotline
    )[household.area_id]
    return render_template(
        "notifications/home.html",
        household=household,
        found=found,
        phones=phones,
        counts=queries.written_this_week(session(), [p.number for p in phones], since=since),
        recent=queries.recent(session(), household.id),
        manner=manner,
        wordings=manners.wordings(session()),
        sample=texts.VISIT_REMINDER,
    )
