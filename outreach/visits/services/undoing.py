"""Takes a report back: it stays in history, and nothing it said counts any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.assistance import services as assistance
from outreach.core import audit
from outreach.visits import queries
from outreach.visits.models import Report
from outreach.visits.services.promises import close


def undo_report(session: orm.Session, report_id: UUID, *, actor: User, now: datetime) -> Report:
    """Take a report back with its steps; its appointment opens again. Twice is once."""
    report = queries.report_to_undo(session, report_id, actor=actor)
    if report.undone_at is not None:
        return report
    report.undone_at = now
    assistance.undo_report(session, report_id, actor=actor, now=now)
    _reopen(session, report, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="visit.undone", subject=report, now=now, stop=report.stop_id
    )
    return report


def _reopen(session: orm.Session, report: Report, *, actor: User, now: datetime) -> None:
    """The appointment is where the reports that are left put it."""
    if report.stop_id is None:
        return
    session.flush()
    promised = queries.promised_at(session, report.stop_id)
    for appointment in promised:
        appointments.reopen(session, appointment, actor=actor, now=now)
    for outcome in queries.outcomes_at(session, report.stop_id):
        close(session, promised, outcome, actor=actor, now=now)
