"""What will go out and why, who is not told and why not, and all of it for one home."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request

from outreach.accounts import scopes
from outreach.accounts.access import actor
from outreach.core import clock
from outreach.core.request import session, zone
from outreach.households import queries as households
from outreach.households.models import Household, Language
from outreach.messaging.views.blueprint import way_out
from outreach.notifications import texts
from outreach.notifications.planning import planned
from outreach.notifications.queries import manners, replies
from outreach.notifications.queries import tonight as queries
from outreach.notifications.rules.calendar import HORIZON
from outreach.notifications.rules.drafts import Plan
from outreach.notifications.rules.manners import Manner
from outreach.notifications.views.blueprint import bp, office, page_number, settings

PAGE_SIZE = 50


def _planned(narrowed: sa.ColumnElement[bool]) -> tuple[Plan, list[UUID]]:
    """The plan for some homes, and the visits it does not speak of."""
    now = clock.now()
    plan = planned(session(), settings(), now=now, narrowed=narrowed)
    today = now.astimezone(zone()).date()
    start = datetime.combine(today, time(), zone())
    end = datetime.combine(today + HORIZON + timedelta(days=1), time(), zone())
    return plan, queries.missing(session(), plan, narrowed, start, end)


@bp.get("/texts/tonight")
@office
def tonight() -> str:
    """What will go out, what is kept back and why, and who cannot be told."""
    areas = scopes.areas(actor())
    plan, missed = _planned(Household.area_id.in_(areas))
    today = clock.today(zone())
    tabs: dict[str, list[Any]] = {
        "going": sorted(plan.drafts, key=lambda one: one.send_after),
        "kept": plan.silences,
        "missed": missed,
    }
    tab = request.args.get("tab", "going")
    rows = tabs.get(tab) or []
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(page_number(), pages)
    part = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    found = queries.shown(session(), **{_ARGUMENTS.get(tab, "drafts"): part})
    sandbox = settings().sms_channel == "sandbox"
    return render_template(
        "notifications/tonight.html",
        **way_out(),
        tab=tab if tab in tabs else "going",
        rows=part,
        found=found,
        tried=set()
        if sandbox
        else queries.only_tried(session(), found.messages.values(), today=today),
        counts={name: len(all_rows) for name, all_rows in tabs.items()},
        segments=queries.segments_to_go(session(), areas, today, today + HORIZON),
        page=page,
        pages=pages,
        waiting=replies.waiting_count(session(), actor=actor()),
    )


_ARGUMENTS = {"going": "drafts", "kept": "silences", "missed": "missed"}


def _sample(household: Household, manner: Manner) -> str:
    """A reminder as this home would read it."""
    people = [one for one in household.residents if one.left_at is None]
    language = people[0].language if people else Language.VI
    template = texts.VISIT_REMINDER
    wording = manners.wordings(session())[template.name, language]
    values = {gap.name: gap.shown(language) for gap in template.gaps} | {
        "sender": manner.sender,
        "hotline": manner.hotline,
        "reply": manner.reply(language),
    }
    return template.text(wording, language, values)


@bp.get("/texts/homes/<uuid:household_id>")
@office
def home(household_id: UUID) -> str:
    """What one home would be sent, on which phone, and why or why not."""
    household = households.household_in_scope(session(), household_id, actor=actor())
    plan, missed = _planned(Household.id == household.id)
    phones = queries.phones_of(session(), {household.id}).get(household.id, [])
    since = clock.today(zone()) - timedelta(days=6)
    manner = manners.Manners(
        session(), sender=settings().sms_sender_name, hotline=settings().hotline
    )[household.area_id]
    return render_template(
        "notifications/home.html",
        household=household,
        plan=plan,
        found=queries.shown(session(), plan.drafts, plan.silences, missed),
        phones=phones,
        counts=queries.written_this_week(session(), [p.number for p in phones], since=since),
        recent=queries.recent(session(), household.id),
        sample=_sample(household, manner),
    )
