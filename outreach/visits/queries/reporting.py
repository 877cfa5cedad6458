"""What storing a report, or taking it back, needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.rounds.models import Round, Route, State, Stop
from outreach.teams import queries as teams
from outreach.visits.models import Outcome, Report


@dataclass(frozen=True, slots=True)
class AtStop:
    """A stop as far as a report on it needs to know."""

    household_id: UUID
    round_state: State
    day: date
    #: The report that has this id already, wherever it belongs.
    report: Report | None
    #: What the stop was to keep.
    appointments: Sequence[Appointment]


def stop_to_report(session: orm.Session, stop_id: UUID, report_id: UUID, *, actor: User) -> AtStop:
    """One query (a leader's needs another). Raises `NotFound` or `NotAllowed`."""
    rows = session.execute(
        sa.select(
            Stop.household_id,
            Round.state,
            Round.day,
            Route.volunteer_id,
            Round.team_id,
            Report,
            Appointment,
        )
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .outerjoin(Report, Report.id == report_id)
        .outerjoin(
            Appointment,
            sa.and_(Appointment.stop_id == Stop.id, Appointment.state != Promise.CANCELLED),
        )
        .where(Stop.id == stop_id)
    ).all()
    if not rows:
        raise NotFound(_("This home is not on the route any more. Look at your day again."))
    household_id, state, day, volunteer_id, team_id, report, _promised = rows[0]
    check_mine(session, volunteer_id, team_id, actor)
    return AtStop(household_id, state, day, report, [row[6] for row in rows if row[6]])


def check_mine(session: orm.Session, volunteer_id: UUID, team_id: UUID, actor: User) -> None:
    """Raise `NotAllowed` unless it is the actor's own route or one of a team they run."""
    if volunteer_id == actor.id:
        return
    if actor.role is Role.VOLUNTEER:
        raise NotAllowed(_("This home is on somebody else's route."))
    try:
        teams.team_in_scope(session, team_id, actor=actor)
    except NotFound as error:
        raise NotAllowed(_("This home is on a route of another team.")) from error


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


def promised_at(session: orm.Session, stop_id: UUID) -> list[Appointment]:
    """What a stop was to keep, unless cancelled."""
    chosen = sa.select(Appointment).where(
        Appointment.stop_id == stop_id, Appointment.state != Promise.CANCELLED
    )
    return list(session.scalars(chosen))


def outcomes_at(session: orm.Session, stop_id: UUID) -> list[Outcome]:
    """What the reports on a stop that still count say, in order."""
    chosen = (
        sa.select(Report.outcome)
        .where(Report.stop_id == stop_id, Report.undone_at.is_(None))
        .order_by(Report.happened_at, Report.received_at)
    )
    return list(session.scalars(chosen))
