"""The office asks that a resident be reminded of a case; when and whether is the planner's."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.notifications.models import AskedReminder
from outreach.notifications.queries import visits


def ask(
    session: orm.Session, case_id: UUID, *, actor: User, today: date, now: datetime
) -> AskedReminder:
    """Have the nearest deadline of a case told to its phone; twice a day is once.

    Raises `NotFound`, or `Refusal` when no phone may be told or nothing is due.
    """
    case = assistance.case_in_scope(session, case_id, actor=actor)
    chosen = sa.select(AskedReminder).where(
        AskedReminder.case_id == case.id, AskedReminder.day == today
    )
    known = session.scalar(chosen)
    if known is not None:
        return known
    if not visits.due_tasks(session, today=today, case_id=case.id):
        raise Refusal(_("No phone of this home agreed to be told of its cases. Call, or visit."))
    row = AskedReminder(case_id=case.id, day=today, asked_by_id=actor.id, asked_at=now)
    session.add(row)
    audit.record(session, actor=actor, action="case.reminder_asked", subject=row, now=now,
                 case_id=case.id)  # fmt: skip
    return row
