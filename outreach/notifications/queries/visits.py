"""Which visits are announced, what is due, and which phones agreed to be told of them.

Every read is a fixed number of plain statements, whatever the number of visits: no objects are
made for rows that are only looked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as AppointmentState
from outreach.assistance.models import Case, ClockKind, RunningClock
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    Language,
    PhoneKind,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.messaging.models import Message, Suppression
from outreach.notifications.models import AskedReminder
from outreach.notifications.rules.drafts import PURPOSES, Sent, Visit, as_uuid
from outreach.notifications.rules.tasks import NOTICES, STILL_WORTH, Task
from outreach.rounds.models import Round, Route, State, Stop
from outreach.visits.models import Report


def announced_visits(
    session: orm.Session,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    *,
    narrowed: sa.ColumnElement[bool] | None = None,
) -> list[Visit]:
    """Visits of published rounds that begin in [start, end), nobody reported yet, one phone each.

    The phone is the first that can be texted, agreed, and has not opted out: of the resident the
    visit is for, else of the household, its head first. Homes without one are not here.
    """
    chosen = _candidates(start, end)
    rows = session.execute(chosen if narrowed is None else chosen.where(narrowed)).all()
    areas, languages = _Known(as_uuid), _Known(Language)
    names = _given_names(session, start, end) if rows else {}
    moments = _Known(_moment)
    days = _Known(lambda starts: moments[starts].astimezone(zone).date())
    visits: dict[Any, Visit] = {}
    for row in rows:
        appointment_id, household_id, area_id, phone, language, starts, ends, who, code = row
        if appointment_id not in visits:
            visits[appointment_id] = Visit(
                appointment_id, household_id, areas[area_id], phone, languages[language],
                moments[starts], moments[ends], names.get(who, ""), code, days[starts],
            )  # fmt: skip
    return list(visits.values())


class _Known(dict[Any, Any]):
    """What few values stand for, worked out once each."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        self[key] = made = self._make(key)
        return made


def _moment(value: datetime | str) -> datetime:
    """A moment as the driver gives it: naive UTC, as text from SQLite."""
    naive = datetime.fromisoformat(value) if isinstance(value, str) else value
    return naive.replace(tzinfo=UTC)


def raw(column: orm.InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """The column as the driver gives it, without a conversion for every row."""
    return sa.type_coerce(column, sa.types.NullType()).label(column.key)


def due_tasks(session: orm.Session, *, today: date, case_id: UUID | None = None) -> list[Task]:
    """What residents must do in time, for phones that agreed to be told of their cases.

    Deadlines that are told by themselves, and whatever the office asked to be told today or
    yesterday; of one case whatever is due, asked or not. One phone a case, its nearest deadline.
    """
    asked = sa.and_(
        AskedReminder.case_id == Case.id, AskedReminder.day.between(today - STILL_WORTH, today)
    )
    by_itself = sa.and_(
        sa.tuple_(Case.programme, Case.state).in_(list(NOTICES)),
        RunningClock.kind == ClockKind.DEADLINE,
        RunningClock.due_on >= today,
    )
    chosen = (
        sa.select(
            Case.id, Case.programme, Case.state, RunningClock.kind, RunningClock.starts_on,
            RunningClock.due_on, AskedReminder.day, Case.household_id, Household.area_id,
            Resident.name, Resident.language, ContactPoint.number,
        )
        .join(RunningClock, RunningClock.case_id == Case.id)
        .outerjoin(AskedReminder, asked)
        .join(Household, Household.id == Case.household_id)
        .join(Resident, Resident.household_id == Household.id)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(
            sa.or_(by_itself, AskedReminder.id.is_not(None), Case.id == case_id),
            RunningClock.idle.is_(False),
            Household.archived_at.is_(None),
            Resident.left_at.is_(None),
            sa.or_(Case.resident_id.is_(None), Case.resident_id == Resident.id),
            *_textable(Purpose.CASE_NOTICE),
        )
        .order_by(
            RunningClock.due_on, Case.id, AskedReminder.day.desc(), Resident.position,
            ContactPoint.number,
        )
    )  # fmt: skip
    if case_id is not None:
        chosen = chosen.where(Case.id == case_id)
    tasks: dict[Any, Task] = {}
    for row in session.execute(chosen):
        tasks.setdefault(row.id, _task(row))
    return list(tasks.values())


def _task(row: Any) -> Task:
    return Task(
        case_id=row.id, household_id=row.household_id, area_id=row.area_id, phone=row.number,
        language=row.language, programme=row.programme, state=row.state, starts_on=row.starts_on,
        due=row.due_on, who=row.name.split()[-1] if row.name.split() else "", asked_on=row.day,
        asks_after=row.kind is ClockKind.FOLLOW_UP,
    )  # fmt: skip


def sent(session: orm.Session, *, today: date, until: date) -> Sent:
    """What phones have been told, or may have been, and the last days they were written to."""
    told: dict[str, set[str]] = {}
    days: dict[str, list[date]] = {}
    rows = session.execute(
        sa.select(Message.phone, Message.sent_on, Message.values).where(
            Message.purpose.in_(PURPOSES),
            Message.day.between(today - timedelta(days=7), until),
            Message.sent_on.is_not(None),
        )
    )
    for phone, sent_on, values in rows:
        days.setdefault(phone, []).append(sent_on)
        told.setdefault(phone, set()).update(values.get("told", ()))
    return Sent(told, days)


def _given_names(session: orm.Session, start: datetime, end: datetime) -> dict[Any, str]:
    """The given names of those who walk in these days."""
    walking = sa.select(Route.volunteer_id).join(Round, Round.id == Route.round_id)
    walking = walking.where(Round.state == State.PUBLISHED, Round.day >= start.date())
    rows = session.execute(sa.select(raw(User.id), User.name).where(User.id.in_(walking)))
    return {id_: name.split()[-1] if name.split() else "" for id_, name in rows}


def _candidates(start: datetime, end: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Every (visit, phone) that would do, the best phone of each visit first."""
    reported = sa.exists().where(Report.stop_id == Stop.id, Report.undone_at.is_(None))
    return (
        sa.select(
            raw(Appointment.id).label("appointment_id"),
            raw(Appointment.household_id),
            raw(Household.area_id),
            ContactPoint.number,
            raw(Resident.language),
            raw(Appointment.starts_at),
            raw(Appointment.ends_at),
            raw(Route.volunteer_id),
            Appointment.visit_code,
        )
        .join(Stop, Stop.id == Appointment.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .join(Household, Household.id == Appointment.household_id)
        .join(Resident, Resident.household_id == Household.id)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(
            *announced(start, end),
            Resident.left_at.is_(None),
            sa.or_(Appointment.resident_id.is_(None), Appointment.resident_id == Resident.id),
            *_textable(Purpose.VISIT_REMINDER),
            ~reported,
        )
        .order_by(Appointment.id, Resident.position, ContactPoint.number)
    )


def announced(start: datetime, end: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Open appointments of published rounds in [start, end)."""
    return (
        Appointment.state == AppointmentState.OPEN,
        Appointment.starts_at >= start,
        Appointment.starts_at < end,
        Round.state == State.PUBLISHED,
    )


def _textable(purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    """A mobile phone that agreed and did not opt out."""
    silent = sa.exists().where(
        Suppression.phone == ContactPoint.number, Suppression.lifted_at.is_(None)
    )
    return ContactPoint.kind == PhoneKind.MOBILE, agreed(purpose), ~silent


def agreed(purpose: Purpose) -> sa.ColumnElement[bool]:
    """The newest word of this phone about it is yes; silence is no."""
    given, newer = orm.aliased(Consent), orm.aliased(Consent)
    later = sa.exists().where(
        newer.contact_point_id == given.contact_point_id,
        newer.purpose == purpose,
        sa.or_(newer.at > given.at, sa.and_(newer.at == given.at, newer.given.is_(False))),
    )
    return sa.exists().where(
        given.contact_point_id == ContactPoint.id,
        given.purpose == purpose,
        given.given.is_(True),
        ~later,
    )
