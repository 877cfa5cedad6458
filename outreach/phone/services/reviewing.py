"""What leaders decide about late reports and about homes that volunteers found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import services as households
from outreach.phone import queries
from outreach.visits.models import Report


def see_reports(
    session: orm.Session, report_ids: Collection[UUID], *, actor: User, now: datetime
) -> int:
    """Late reports were looked at, and stand; how many were new."""
    reports = queries.late_in_scope(session, report_ids, actor=actor)
    for report in reports:
        report.reviewed_at = now
        audit.record(session, actor=actor, action="visit.reviewed", subject=report, now=now)
    return len(reports)


def see_home(
    session: orm.Session, household_id: UUID, *, same: bool, actor: User, now: datetime
) -> None:
    """A found home was looked at: it is a home of its own, or (`same`) the one it may be.

    The same: its reports go to the home that was there first, and it is archived. Raises
    `Conflict` when help was recorded in it, which has to be moved by hand.
    """
    found = queries.found_in_scope(session, household_id, actor=actor)
    if found.reviewed_at is not None:
        return
    found.reviewed_at = now
    if same and found.perhaps_id is not None:
        if queries.has_cases(session, household_id):
            raise Conflict(_("Help was recorded in this home. Please move it by hand first."))
        session.execute(
            sa.update(Report)
            .where(Report.household_id == household_id)
            .values(household_id=found.perhaps_id)
        )
        households.archive(session, household_id, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="household.reviewed", subject=found.household, now=now,
        same=same,
    )  # fmt: skip
