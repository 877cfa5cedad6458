"""A tick of the outbox with a million old messages in the table, against an empty one.

A tick here is everything the scheduler runs for messages: planning, sending 50 that are due through
the sandbox, settling, and asking for news. Rows of the group `sms`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from benchmarks import scratch
from benchmarks.report import Row
from outreach.core import clock
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.messaging import jobs, services
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.notifications import jobs as notifications
from outreach.places.models import Area
from tests.factories import Make

OLD, DUE, TICKS = 1_000_000, 50, 15


def rows() -> Iterator[Row]:
    """Working and idle ticks; they take turns on both databases."""
    with scratch.database() as (empty, make), scratch.database() as (full, other):
        places = make.live_area(), other.live_area()
        _fill(full, places[1].id)
        for what, due in ((f"a tick that sends {DUE}", DUE), ("an idle tick", 0)):
            spent: tuple[list[float], list[float]] = ([], [])
            for _ in range(TICKS):
                for db, makes, place, times in zip(
                    (empty, full), (make, other), places, spent, strict=True
                ):
                    times.append(_tick(db, makes, place, due))
            old, new = (statistics.median(times) * 1000 for times in reversed(spent))
            name = f"{what}, with {OLD:,} old messages v. none"
            yield Row(name, "ms", old, new, 1.2, at_most=True)


def _tick(db: Database, make: Make, place: Area, due: int) -> float:
    settings = Settings(database_url=db.engine.url.render_as_string(hide_password=False))
    channels, now = Channels.of(Sandbox(db)), clock.now()
    with db.transaction() as session:
        for _ in range(due):
            wish = make.wish(now=now, area=place, purpose="bench", phone=f"+849{make.number():08}")
            services.want(session, wish, now=now)
    began = time.perf_counter()
    notifications.plan_reminders(db, settings)
    jobs.deliver(db, channels, settings.zone)
    jobs.settle(db, channels)
    jobs.ask_for_news(db, channels)
    return time.perf_counter() - began


def _fill(db: Database, place: UUID) -> None:
    """Settled messages of the last three years, with their histories, made by the database."""
    now = clock.now()
    old = f"{now - timedelta(days=30):%Y-%m-%d %H:%M:%S.%f}"
    told = {"place": place.hex, "now": f"{now:%Y-%m-%d %H:%M:%S.%f}", "old": old, "n": OLD}
    with db.transaction() as session:
        run = session.connection().execute
        run(sa.text("PRAGMA cache_size=-400000"))
        run(sa.text(_MESSAGES), told)
        run(sa.text(_EVENTS), told)
        run(sa.text("ANALYZE"))


_MESSAGES = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :n)
INSERT INTO message (id, key, purpose, phone, body, template, "values", segments, area_id, day,
  status, send_after, expires_at, created_at, due_at, attempts, tried_at, sent_on, channel,
  provider_ref, accepted_at, finished_at, commune_id, refused, charge, charged_before)
SELECT printf('%032x', n), printf('old:%08d', n), 'visit_reminder', printf('+843%08d', n % 90000),
  'To CNSCD: hen 8h thu Bay 28/11.', 'visit_reminder', '{}', 1, :place,
  date(:now, '-' || (30 + n / 1000) || ' days'), 'delivered', :old,
  :old, :old, NULL, 1, :old,
  date(:now, '-' || (30 + n / 90000 * 90 + n % 90) || ' days', '-' || (n / 90000) || ' years'),
  'sandbox', printf('old-%08d', n), :old, :old,
  :place, 0, 0, 0
FROM counted
"""
_EVENTS = """
INSERT INTO message_event (message_id, at, status, source)
SELECT id, created_at, 'delivered', 'callback' FROM message WHERE key LIKE 'old:%'
"""
