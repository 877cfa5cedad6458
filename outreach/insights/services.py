"""The one thing figures write down: that somebody took them away in a file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.insights.rules import Period
from outreach.places.models import Area


def record_export(
    session: orm.Session,
    area: Area,
    period: Period,
    *,
    kind: str,
    layout: str,
    rows: int,
    actor: User,
    now: datetime,
) -> None:
    """Leave a trace of an export: which list of which area and days, and how many rows."""
    audit.record(
        session,
        actor=actor,
        action="figures.exported",
        subject=area,
        now=now,
        kind=kind,
        layout=layout,
        rows=rows,
        first=period.first,
        last=period.last,
    )
