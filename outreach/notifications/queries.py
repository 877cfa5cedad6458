"""Which visits are announced, and which phones agreed to be told of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as AppointmentState
from outreach.core.text import unaccent
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    PhoneKind,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.messaging.models import Message, Suppression
from outreach.notifications.rules import PURPOSE, Told, Visit
from outreach.places.models import Area
from outreach.rounds.models import Round, Route, State, Stop
from outreach.visits.models import Report


def announced_visits(
    session: orm.Session, start: datetime, end: datetime, *, hotline: str
) -> list[Visit]:
    """Visits of published rounds that begin in [start, end), nobody reported yet, one phone each.

    The phone is the first that can be texted, agreed, and has not opted out: of the resident the
    visit is for, else of the household, its head first. Homes without one are not here. Two
    queries, whatever the number of visits.
    """
    offices = _offices(session)
    visits: dict[UUID, Visit] = {}
    for row in session.execute(_candidates(start, end)):
        if row.appointment_id not in visits:
            visits[row.appointment_id] = Visit(
                appointment_id=row.appointment_id,
                household_id=row.household_id,
                area_id=row.area_id,
                phone=row.number,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                visitor=row.visitor.split()[-1] if row.visitor.split() else "",
                code=row.visit_code,
                hotline=_hotline(row.path, offices, hotline),
            )
    return list(visits.values())


def told(session: orm.Session, days: tuple[date, date]) -> Told:
    """What phones have been told, or may have been, of visits on these local days."""
    rows = session.execute(
        sa.select(Message.phone, Message.day, Message.values).where(
            Message.purpose == PURPOSE,
            Message.day.between(*days),
            Message.sent_on.is_not(None),
        )
    )
    known: dict[tuple[str, date], set[str]] = {}
    for row in rows:
        known.setdefault((row.phone, row.day), set()).update(row.values.get("told", ()))
    return known


def _candidates(start: datetime, end: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Every (visit, phone) that would do, the best phone of each visit first."""
    reported = sa.exists().where(Report.stop_id == Stop.id, Report.undone_at.is_(None))
    silent = sa.exists().where(
        Suppression.phone == ContactPoint.number, Suppression.lifted_at.is_(None)
    )
    return (
        sa.select(
            Appointment.id.label("appointment_id"),
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.visit_code,
            Household.id.label("household_id"),
            Household.area_id,
            Area.path,
            User.name.label("visitor"),
            ContactPoint.number,
        )
        .join(Stop, Stop.id == Appointment.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .join(User, User.id == Route.volunteer_id)
        .join(Household, Household.id == Appointment.household_id)
        .join(Area, Area.id == Household.area_id)
        .join(Resident, Resident.household_id == Household.id)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(
            Appointment.state == AppointmentState.OPEN,
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
            Round.state == State.PUBLISHED,
            Resident.left_at.is_(None),
            sa.or_(Appointment.resident_id.is_(None), Appointment.resident_id == Resident.id),
            ContactPoint.kind == PhoneKind.MOBILE,
            _agreed(),
            ~silent,
            ~reported,
        )
        .order_by(Appointment.starts_at, Appointment.id, Resident.position, ContactPoint.number)
    )


def _agreed() -> sa.ColumnElement[bool]:
    """The newest word of this phone about reminders is yes; silence is no."""
    given, newer = orm.aliased(Consent), orm.aliased(Consent)
    later = sa.exists().where(
        newer.contact_point_id == given.contact_point_id,
        newer.purpose == Purpose.VISIT_REMINDER,
        sa.or_(newer.at > given.at, sa.and_(newer.at == given.at, newer.given.is_(False))),
    )
    return sa.exists().where(
        given.contact_point_id == ContactPoint.id,
        given.purpose == Purpose.VISIT_REMINDER,
        given.given.is_(True),
        ~later,
    )


def _offices(session: orm.Session) -> dict[str, str]:
    """Whom residents of an area are to ask, by the area's id as paths write it."""
    rows = session.execute(
        sa.select(Area.id, Area.kind, Area.hotline).where(
            Area.level == "commune", Area.valid_to.is_(None)
        )
    )
    return {row.id.hex: row.hotline or f"UBND {unaccent(row.kind).lower()}" for row in rows}


def _hotline(path: str, offices: dict[str, str], fallback: str) -> str:
    """The number of the commune an area lies in, else the installation's, else its office."""
    found = next((offices[part] for part in path.split("/") if part in offices), "")
    return found if found[-1:].isdigit() else fallback or found or "UBND"
