"""Reads everything a plan of texts depends on, and makes the plan."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import declared_days
from outreach.core.settings import Settings
from outreach.notifications.queries import manners, visits
from outreach.notifications.rules.calendar import HORIZON, Calendar
from outreach.notifications.rules.drafts import Plan, Setting
from outreach.notifications.rules.planning import plan


def planned(
    session: orm.Session,
    settings: Settings,
    *,
    now: datetime,
    narrowed: sa.ColumnElement[bool] | None = None,
) -> Plan:
    """What residents would be told from now on; `narrowed` to some homes, where only they matter.

    Whole local days: a text about several visits must not change while they pass one by one.
    """
    zone = settings.zone
    today = now.astimezone(zone).date()
    start = datetime.combine(today, time(), zone)
    end = datetime.combine(today + HORIZON + timedelta(days=1), time(), zone)
    found = visits.announced_visits(session, start, end, zone, narrowed=narrowed)
    tasks = visits.due_tasks(session, today=today) if narrowed is None else []
    return plan(
        found,
        tasks,
        manners.Manners(session, sender=settings.sms_sender_name, hotline=settings.hotline),
        visits.sent(session, today=today, until=today + HORIZON),
        setting_of(session, settings),
        now=now,
    )


def setting_of(session: orm.Session, settings: Settings) -> Setting:
    """Calendar, wordings and registrations as they are now."""
    return Setting(
        settings.zone,
        Calendar(declared_days.overrides(session)),
        manners.wordings(session),
        manners.registered(session, settings.sms_channel),
    )
