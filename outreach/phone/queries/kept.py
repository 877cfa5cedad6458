"""What the server has from a phone, and whose phone a queue came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Device, User
from outreach.core.days import day_bounds
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.phone.models import Submission
from outreach.teams import queries as teams
from outreach.visits.models import Report


@dataclass(frozen=True, slots=True)
class Kept:
    """One form of a phone's that the server has."""

    id: UUID
    stored_at: datetime
    undone: bool


def receipts(session: orm.Session, user: User, day: date, zone: ZoneInfo) -> Sequence[Kept]:
    """Everything stored from this person that belongs to a day by any clock, oldest first.

    A phone compares the ids with its own: what is not here is not stored.
    """
    begins, ends = day_bounds(day, zone)
    moments = (Report.happened_at, Report.received_at, Report.made_at)
    reports = session.execute(
        sa.select(Report.id, Report.received_at, Report.undone_at).where(
            Report.volunteer_id == user.id,
            sa.or_(*(sa.and_(moment >= begins, moment < ends) for moment in moments)),
        )
    )
    others = session.execute(
        sa.select(Submission.id, Submission.received_at).where(
            Submission.volunteer_id == user.id,
            sa.or_(
                sa.and_(Submission.received_at >= begins, Submission.received_at < ends),
                sa.and_(Submission.made_at >= begins, Submission.made_at < ends),
            ),
        )
    )
    kept = [Kept(id_, at, undone is not None) for id_, at, undone in reports]
    kept += [Kept(id_, at, undone=False) for id_, at in others]
    return sorted(kept, key=lambda one: (one.stored_at, one.id))


def device_to_relay(session: orm.Session, device_id: UUID, *, actor: User) -> Device:
    """The phone a queue came from, its user loaded, if the actor runs a team of theirs.

    A phone that was signed out or lost counts too: what was made on it was made.
    """
    device = session.scalar(
        sa.select(Device).where(Device.id == device_id).options(orm.joinedload(Device.user))
    )
    if device is None:
        raise NotFound(_("This queue is from a phone that this site does not know."))
    if not teams.runs_team_of(session, device.user_id, actor=actor):
        raise NotAllowed(_("This queue is from somebody of another team."))
    return device
