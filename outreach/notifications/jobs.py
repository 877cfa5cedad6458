"""What the scheduler runs for residents' texts: keep wishes in line, and send at decent hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import clock, declared_days
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging import jobs as messaging
from outreach.messaging import queries as outbox
from outreach.messaging import services
from outreach.messaging.channels.opening import Channels
from outreach.notifications.planning import planned
from outreach.notifications.queries import calls, manners
from outreach.notifications.rules.calendar import HORIZON, Calendar
from outreach.notifications.rules.drafts import PURPOSES, Plan
from outreach.notifications.rules.manners import Hours
from outreach.notifications.services import calls as calling

ONE_DAY = timedelta(days=1)
#: Homes are called about visits of today and the next two days.
CALLED_AHEAD = timedelta(days=2)


def plan_reminders(db: Database, settings: Settings) -> None:
    """Bring the outbox in line with rounds, cases, consent and opt-outs. Twice is as once.

    What was planned, moved, visited, withdrawn or consented to since the last time heals here.
    Everything is read in a read-only transaction; nothing is locked, and no text is written, when
    nothing changed.
    """
    now = clock.now()
    today = now.astimezone(settings.zone).date()
    days = (today, today + HORIZON)
    with db.transaction(read_only=True) as session:
        plan = planned(session, settings, now=now)
        changed = [p for p in PURPOSES if not _in_line(session, p, plan, days)]
    if not changed:
        return
    with db.transaction() as session:
        for purpose in changed:
            wishes = [draft.wish() for draft in plan.drafts if draft.purpose == purpose]
            services.want_exactly(session, purpose, wishes, days=days, now=now)


def _in_line(session: orm.Session, purpose: str, plan: Plan, days: tuple[date, date]) -> bool:
    keys = {draft.key for draft in plan.drafts if draft.purpose == purpose}
    return outbox.in_line(session, purpose, keys, days=days)


def send(db: Database, channels: Channels, settings: Settings) -> int:
    """Send what is due where phones may ring now; how many messages were tried.

    Answers to people who wrote to us go at any hour.
    """
    now = clock.now()
    with db.transaction(read_only=True) as session:
        quiet = (
            list(_quiet(session, settings, now=now)) if services.is_due(session, now=now) else []
        )
    for areas, until in quiet:
        with db.transaction() as session:
            services.hold(session, areas, until, now=now)
    barred = partial(_barred, settings.sms_channel)
    return messaging.deliver(db, channels, settings.zone, barred=barred)


def _barred(usual: str, session: orm.Session, channel: str) -> frozenset[str]:
    """By the usual way only registered texts are planned; one that steps in must be asked."""
    return frozenset() if channel == usual else manners.barred(session, channel)


def _quiet(
    session: orm.Session, settings: Settings, *, now: datetime
) -> Iterator[tuple[sa.Select[UUID], datetime]]:
    """Areas whose phones may not ring now, and until when: communes of their own hours apart."""
    calendar = Calendar(declared_days.overrides(session))
    local = now.astimezone(settings.zone)
    own = manners.own_hours(session)
    everywhere = calendar.decent(local, Hours())
    if everywhere > local:
        yield manners.areas_but(list(own)), everywhere
    for path, hours in own.items():
        later = calendar.decent(local, hours)
        if later > local:
            yield manners.areas_below(path), later


def list_calls(db: Database, settings: Settings) -> None:
    """Put homes on the call list that no text reaches, and take off whom nobody has to call."""
    now, zone = clock.now(), settings.zone
    today = now.astimezone(zone).date()
    end = datetime.combine(today + CALLED_AHEAD + ONE_DAY, time(), zone)
    with db.transaction(read_only=True) as session:
        needed = calls.needed(session, now, end, today=today)
        known = calls.listed_for(session, [one.appointment_id for one in needed])
        idle = bool(calls.idle(session, now=now))
    fresh = [one for one in needed if one.appointment_id not in known]
    if not fresh and not idle:
        return
    with db.transaction() as session:
        calling.add(session, fresh, zone, now=now)
        calling.close_idle(session, calls.idle(session, now=now), now=now)
