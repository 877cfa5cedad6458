"""What storing a report, or taking it back, needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.core.db import as_loaded, columns_of
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.core.prepared import Prepared
from outreach.rounds.models import Round, Route, State, Stop
from outreach.teams import queries as teams
from outreach.visits.models import Lateness, Outcome, Recall, Report
from outreach.visits.queries import late
from outreach.visits.queries.late import AtStop, Stored
from outreach.visits.rules import is_shown

#: Built once, and read without the ORM's machinery: making and unpacking cost more than running.
_FACTS = (
    Stop.household_id,
    Round.state,
    Round.published_at,
    Round.day,
    Route.volunteer_id,
    Route.partner_id,
    Round.team_id,
    Round.lease_until,
    Recall.at,
    Recall.volunteer_id,
    Report.fingerprint,
    Report.volunteer_id,
    Report.received_at,
    Report.undone_at,
)
_AT_STOP = Prepared(
    sa.select(*(fact.expression for fact in _FACTS), *columns_of(Appointment))
    .select_from(Stop.__table__)
    .join(Route.__table__, Route.id == Stop.route_id)
    .join(Round.__table__, Round.id == Route.round_id)
    .outerjoin(Report.__table__, Report.id == sa.bindparam("report_id", type_=Report.id.type))
    .outerjoin(Recall.__table__, Recall.id == sa.bindparam("report_id", type_=Report.id.type))
    .outerjoin(
        Appointment.__table__,
        sa.and_(Appointment.stop_id == Stop.id, Appointment.state != Promise.CANCELLED),
    )
    .where(Stop.id == sa.bindparam("stop_id", type_=Stop.id.type))
)


def stop_to_report(
    session: orm.Session,
    stop_id: UUID,
    report_id: UUID,
    *,
    actor: User,
    household_id: UUID | None = None,
) -> AtStop:
    """One query (a leader's needs another, a late report's some). Raises `NotFound`, `NotAllowed`.

    A stop that is gone, moved or withdrawn is still the actor's to report on if their phone was
    given it. `household_id` is the home as the phone knows it.
    """
    rows = _AT_STOP.rows(session, stop_id=stop_id, report_id=report_id)
    if not rows:
        return late.lost(session, stop_id, report_id, actor=actor, household_id=household_id)
    facts: Sequence[Any] = rows[0][: len(_FACTS)]
    household_id, state, published_at, day, one, other, team_id, lease, at, by, *known = facts
    stored = Stored(*known) if known[0] else None
    lateness = Lateness.CLOSED if state is State.CLOSED else None
    if stored is None or stored.volunteer_id != actor.id:  # a receipt is its owner's for ever
        if other != actor.id and not _is_mine(session, one, team_id, actor):
            late.check_given(session, stop_id, one, team_id, actor=actor)
            lateness = Lateness.MOVED
        if not is_shown(state, published_at):
            late.check_was_published(session, stop_id, actor=actor)
            lateness = Lateness.WITHDRAWN
    promised = [row[len(_FACTS) :] for row in rows if row[len(_FACTS)] is not None]
    found = [as_loaded(session, Appointment, values) for values in promised]
    recalled = at if by == actor.id else None
    return AtStop(
        household_id, stop_id, day, stored, found, lateness, recalled, leased=lease is not None
    )


def _is_mine(session: orm.Session, volunteer_id: UUID, team_id: UUID, actor: User) -> bool:
    if volunteer_id == actor.id:
        return True
    return actor.role is not Role.VOLUNTEER and teams.runs(session, team_id, actor=actor)


def check_mine(session: orm.Session, volunteer_id: UUID, team_id: UUID | None, actor: User) -> None:
    """Raise `NotAllowed` unless it is the actor's own route or one of a team they run.

    Without a team (a home on no route any more) a team of the volunteer's will do.
    """
    if volunteer_id == actor.id:
        return
    if actor.role is Role.VOLUNTEER:
        raise NotAllowed(_("This home is on somebody else's route."))
    if team_id is None:
        runs = teams.runs_team_of(session, volunteer_id, actor=actor)
    else:
        runs = teams.runs(session, team_id, actor=actor)
    if not runs:
        raise NotAllowed(_("This home is on a route of another team."))


def report_to_undo(session: orm.Session, report_id: UUID, *, actor: User) -> Report:
    """A report that the actor may take back: their own, or one of a team they run."""
    found = session.execute(
        sa.select(Report, Round.team_id)
        .outerjoin(Stop, Stop.id == Report.stop_id)
        .outerjoin(Round, Round.id == Stop.round_id)
        .where(Report.id == report_id)
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such report."))
    report, team_id = found
    check_mine(session, report.volunteer_id, team_id, actor)
    return report


def outcomes_at(session: orm.Session, stop_id: UUID) -> list[Outcome]:
    """What the reports on a stop that still count say, in order."""
    chosen = (
        sa.select(Report.outcome)
        .where(Report.stop_id == stop_id, Report.undone_at.is_(None))
        .order_by(Report.happened_at, Report.received_at)
    )
    return list(session.scalars(chosen))


def reports_between(
    session: orm.Session, volunteer_id: UUID, begins: datetime, ends: datetime
) -> list[UUID]:
    """Reports of somebody that stand, by when they are believed to have been made."""
    chosen = (
        sa.select(Report.id)
        .where(
            Report.volunteer_id == volunteer_id,
            Report.undone_at.is_(None),
            Report.happened_at >= begins,
            Report.happened_at < ends,
        )
        .order_by(Report.happened_at.desc(), Report.id)
    )
    return list(session.scalars(chosen))


def volunteer_in_scope(session: orm.Session, user_id: UUID, *, actor: User) -> User:
    """Somebody of a team the actor runs; else `NotFound`."""
    user = session.get(User, user_id)
    if user is None or not teams.runs_team_of(session, user_id, actor=actor):
        raise NotFound(_("There is no such team member, or they are not in a team of yours."))
    return user
