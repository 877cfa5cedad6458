"""What storing a report, or taking it back, needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from outreach.visits.models import Outcome, Report


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that came before, as far as its next sending needs to know."""

    fingerprint: str
    volunteer_id: UUID
    received_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class AtStop:
    """A stop as far as a report on it needs to know."""

    household_id: UUID
    round_state: State
    day: date
    #: The report that has this id already, wherever it belongs.
    stored: Stored | None
    #: What the stop was to keep.
    appointments: Sequence[Appointment]


#: Built once, and read without the ORM's machinery: making and unpacking cost more than running.
_FACTS = (
    Stop.household_id,
    Round.state,
    Round.day,
    Route.volunteer_id,
    Round.team_id,
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
    .outerjoin(
        Appointment.__table__,
        sa.and_(Appointment.stop_id == Stop.id, Appointment.state != Promise.CANCELLED),
    )
    .where(Stop.id == sa.bindparam("stop_id", type_=Stop.id.type))
)


def stop_to_report(session: orm.Session, stop_id: UUID, report_id: UUID, *, actor: User) -> AtStop:
    """One query (a leader's needs another). Raises `NotFound` or `NotAllowed`."""
    rows = _AT_STOP.rows(session, stop_id=stop_id, report_id=report_id)
    if not rows:
        raise NotFound(_("This home is not on the route any more. Look at your day again."))
    facts: Sequence[Any] = rows[0][: len(_FACTS)]
    household_id, state, day, volunteer_id, team_id, *known = facts
    check_mine(session, volunteer_id, team_id, actor)
    stored = Stored(*known) if known[0] else None
    promised = [row[len(_FACTS) :] for row in rows if row[len(_FACTS)] is not None]
    found = [as_loaded(session, Appointment, values) for values in promised]
    return AtStop(household_id, state, day, stored, found)


def stored(session: orm.Session, report_id: UUID) -> Stored:
    """The report that has this id, whoever just stored it."""
    row = session.execute(
        sa.select(
            Report.fingerprint, Report.volunteer_id, Report.received_at, Report.undone_at
        ).where(Report.id == report_id)
    ).one()
    return Stored(*row)


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
