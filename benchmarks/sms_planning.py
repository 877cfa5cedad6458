"""Planning reminders for a ward, and seeing that nothing has changed. Rows of the group `sms`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks import scratch
from benchmarks.report import Row
from outreach.core.settings import Settings
from outreach.notifications import jobs as notifications

APPOINTMENTS = 10_000
AGAIN = 7


def rows() -> Iterator[Row]:
    """The two figures, each with its bar in seconds."""
    first, again = planning()
    yield Row(f"planning {APPOINTMENTS:,} reminders", "s", first, None, 3, at_most=True)
    yield Row("planning again, nothing changed", "s", again, None, 0.5, at_most=True)


def planning() -> tuple[float, float]:
    """Seconds to plan everything, and to see that nothing changed (the median of several)."""
    with scratch.database() as (db, make):
        settings = Settings(database_url=db.engine.url.render_as_string(hide_password=False))
        make.ward_of_reminders(APPOINTMENTS, starts_at=datetime.now(UTC) + timedelta(hours=26))
        spent = []
        for _ in range(1 + AGAIN):
            began = time.perf_counter()
            notifications.plan_reminders(db, settings)
            spent.append(time.perf_counter() - began)
        return spent[0], statistics.median(spent[1:])
