"""What the scheduler runs for residents' texts: keep wishes in line, and send at decent hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging import jobs as messaging
from outreach.messaging import queries as outbox
from outreach.messaging import services
from outreach.messaging.channels.opening import Channels
from outreach.notifications import queries, rules

ONE_DAY = timedelta(days=1)


def plan_reminders(db: Database, settings: Settings) -> None:
    """Bring the outbox in line with the published rounds. Running it twice is the same as once.

    What was planned, moved, visited, withdrawn or consented to since the last time heals here.
    Everything is read in a read-only transaction; nothing is locked when nothing changed.
    """
    now, zone = clock.now(), settings.zone
    today = now.astimezone(zone).date()
    days = (today, today + rules.HORIZON)
    # whole local days: a text about several visits must not change while they pass one by one
    start, end = (datetime.combine(day, time(), zone) for day in (days[0], days[1] + ONE_DAY))
    style = rules.Style(settings.sms_sender_name, zone)
    with db.transaction(read_only=True) as session:
        visits = queries.announced_visits(session, start, end, hotline=settings.hotline)
        wishes = rules.reminders(visits, style, queries.told(session, days), now=now)
        keys = {wish.key for wish in wishes}
        if outbox.in_line(session, rules.PURPOSE, keys, days=days):
            return
    with db.transaction() as session:
        services.want_exactly(session, rules.PURPOSE, wishes, days=days, now=now)


def send(db: Database, channels: Channels, settings: Settings) -> int:
    """Send what is due, unless phones should not ring now; how many messages were tried."""
    local = clock.now().astimezone(settings.zone)
    if rules.decent(local) > local:
        return 0
    return messaging.deliver(db, channels, settings.zone)
