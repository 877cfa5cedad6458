"""Nobody home at many doors, told with one form: a report for each, its id following from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.phone.models import Kind
from outreach.phone.services.kept import Sent, once
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import Receipt, VisitReport


def nobody_home(
    session: orm.Session,
    stops: Sequence[UUID],
    sent: Sent,
    *,
    note: str,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = timedelta(),
) -> Receipt:
    """Report every stop, or none: raises what `visits.log_visit` raises for the first that fails.

    The report of a stop has the id `uuid5(form, stop)`.
    """
    receipt = once(session, sent, Kind.NOBODY_HOME, actor=actor, now=now)
    if receipt.again:
        return receipt
    for stop_id in stops:
        report = VisitReport(
            report_id=report_id(sent.id, stop_id),
            stop_id=stop_id,
            made_at=sent.made_at,
            outcome=Outcome.NOBODY_HOME,
            note=note,
        )
        visits.log_visit(session, report, actor=actor, now=now, zone=zone, ahead=ahead)
    return receipt


def report_id(form_id: UUID, stop_id: UUID) -> UUID:
    """The id of one stop's report."""
    return uuid5(form_id, str(stop_id))
