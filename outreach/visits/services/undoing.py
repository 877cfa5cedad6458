"""Takes a report back: it stays in history, and nothing it said counts any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.assistance import services as assistance
from outreach.core import audit
from outreach.core.errors import NotFound
from outreach.visits import queries
from outreach.visits.models import Recall, Report
from outreach.visits.services.promises import close


@dataclass(frozen=True, slots=True)
class Undone:
    """That a report does not count. `stored_at` is empty when it has not come yet."""

    report_id: UUID
    at: datetime
    stop_id: UUID | None = None
    again: bool = False
    stored_at: datetime | None = None


def undo_report(session: orm.Session, report_id: UUID, *, actor: User, now: datetime) -> Undone:
    """Take a report back with its steps; its appointment opens again. Twice is once."""
    report = queries.report_to_undo(session, report_id, actor=actor)
    if report.undone_at is not None:
        return _undone(report, again=True)
    report.undone_at = now
    assistance.undo_report(session, report_id, actor=actor, now=now)
    _reopen(session, report, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="visit.undone", subject=report, now=now, stop=report.stop_id
    )
    return _undone(report)


def _undone(report: Report, *, again: bool = False) -> Undone:
    assert report.undone_at is not None
    return Undone(report.id, report.undone_at, report.stop_id, again, report.received_at)


def recall_report(session: orm.Session, report_id: UUID, *, actor: User, now: datetime) -> Undone:
    """As `undo_report`; a report that has not come yet is stored as taken back when it comes."""
    try:
        return undo_report(session, report_id, actor=actor, now=now)
    except NotFound:
        known = session.get(Recall, report_id)
        if known is not None:
            return Undone(report_id, known.at, again=True)
    recall = Recall(id=report_id, volunteer_id=actor.id, at=now)
    session.add(recall)
    audit.record(session, actor=actor, action="visit.recalled", subject=recall, now=now)
    return Undone(report_id, now)


def roll_back(
    session: orm.Session,
    volunteer: User,
    begins: datetime,
    ends: datetime,
    *,
    actor: User,
    now: datetime,
) -> int:
    """Take back every report somebody made in a time, one by one; how many counted until now."""
    ids = queries.reports_between(session, volunteer.id, begins, ends)
    for report_id in ids:
        undo_report(session, report_id, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="visit.rolled_back", subject=volunteer, now=now,
        reports=len(ids), begins=begins,
    )  # fmt: skip
    return len(ids)


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
