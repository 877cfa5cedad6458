"""Which homes must be told of their visit by voice, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment, State
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import (
    ContactPoint,
    Household,
    PhoneKind,
    Resident,
    ResidentPhone,
)
from outreach.messaging.models import Message, Status
from outreach.notifications.models import Call, CallReason, CallState
from outreach.notifications.queries.visits import announced
from outreach.notifications.rules.drafts import VISITS
from outreach.rounds.models import Round, Route, Stop
from outreach.visits.models import Report

PAGE_SIZE = 50
#: Ways a message ends without its being read; that the owner opted out, or that the commune only
#: tries the site out, is no reason to call.
_LOST = (Status.FAILED, Status.UNDELIVERED, Status.EXPIRED)
_NOT_LOST = ("opted_out", "blocked_by_recipient", "trial_mode")


@dataclass(frozen=True, slots=True)
class Needed:
    """A visit whose home is to be called, on which number, and why."""

    appointment_id: UUID
    household_id: UUID
    area_id: UUID
    starts_at: datetime
    phone: str
    reason: CallReason
    detail: str = ""


def needed(session: orm.Session, start: datetime, end: datetime, *, today: date) -> list[Needed]:
    """Every announced visit in [start, end) whose home no text reaches. Two statements."""
    found = {one.appointment_id: one for one in _without_mobile(session, start, end)}
    for one in _lost(session, start, end, today):
        found.setdefault(one.appointment_id, one)
    return list(found.values())


def _without_mobile(session: orm.Session, start: datetime, end: datetime) -> Iterator[Needed]:
    lives = sa.and_(Resident.household_id == Household.id, Resident.left_at.is_(None))
    mobile = (
        sa.select(ContactPoint.id)
        .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .where(lives, ContactPoint.kind == PhoneKind.MOBILE)
        .correlate(Household)
    )
    other = (
        sa.select(sa.func.min(ContactPoint.number))
        .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .where(lives)
        .correlate(Household)
        .scalar_subquery()
    )
    rows = session.execute(_upcoming(start, end).add_columns(other).where(~mobile.exists()))
    for appointment_id, household_id, area_id, starts_at, number in rows:
        reason = CallReason.LANDLINE if number else CallReason.NO_PHONE
        yield Needed(appointment_id, household_id, area_id, starts_at, number or "", reason)


def _lost(session: orm.Session, start: datetime, end: datetime, today: date) -> Iterator[Needed]:
    """Visits that only lost messages told of."""
    rows = session.execute(
        sa.select(Message.phone, Message.status, Message.reason, Message.values)
        .where(
            Message.purpose == VISITS,
            Message.day.between(today, end.date()),
            sa.or_(Message.status.in_(_LOST), Message.status == Status.MUTED),
        )
        .order_by(Message.created_at)
    )
    why: dict[UUID, tuple[str, str]] = {}
    for phone, _status, reason, values in rows:
        if reason not in _NOT_LOST:
            why.update((id_, (phone, reason or "")) for id_ in _ids(values))
    if not why:
        return
    reached = _told_well(session, today, end.date())
    chosen = _upcoming(start, end).where(Appointment.id.in_(set(why) - reached))
    for appointment_id, household_id, area_id, starts_at in session.execute(chosen):
        phone, detail = why[appointment_id]
        yield Needed(
            appointment_id, household_id, area_id, starts_at, phone, CallReason.FAILED, detail
        )


def _told_well(session: orm.Session, first: date, last: date) -> set[UUID]:
    """Visits that a message told of which is on its way, or still to go."""
    rows = session.scalars(
        sa.select(Message.values).where(
            Message.purpose == VISITS,
            Message.day.between(first, last),
            Message.status.not_in((*_LOST, Status.MUTED, Status.CANCELLED)),
        )
    )
    return {id_ for values in rows for id_ in _ids(values)}


def _ids(values: dict[str, Any]) -> Iterator[UUID]:
    for told in values.get("told", ()):
        with suppress(ValueError):
            yield UUID(str(told).split(" ", 1)[0])


def _upcoming(start: datetime, end: datetime) -> sa.Select[*tuple[Any, ...]]:
    reported = sa.exists().where(Report.stop_id == Stop.id, Report.undone_at.is_(None))
    return (
        sa.select(Appointment.id, Household.id, Household.area_id, Appointment.starts_at)
        .join(Stop, Stop.id == Appointment.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .join(Household, Household.id == Appointment.household_id)
        .where(*announced(start, end), ~reported)
    )


def listed_for(session: orm.Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these appointments that are on the list already, or were."""
    found: set[UUID] = set()
    for at in range(0, len(ids), 500):
        found.update(
            session.scalars(
                sa.select(Call.appointment_id).where(Call.appointment_id.in_(ids[at : at + 500]))
            )
        )
    return found


def idle(session: orm.Session, *, now: datetime) -> Sequence[Call]:
    """Calls nobody has to make any more: the visit is over, called off, or confirmed."""
    return session.scalars(
        sa.select(Call)
        .join(Call.appointment)
        .where(
            Call.state != CallState.CLOSED,
            sa.or_(
                Appointment.state != State.OPEN,
                Appointment.ends_at < now,
                Appointment.confirmed_at.is_not(None),
            ),
        )
    ).all()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the call list."""

    rows: Sequence[Call]
    total: int
    page: int
    pages: int


def listed(session: orm.Session, *, done: bool, page: int, now: datetime, actor: User) -> Page:
    """Calls to make now, soonest visit first; or those that were made, newest first."""
    ready = sa.or_(
        Call.state == CallState.OPEN,
        sa.and_(Call.state == CallState.LATER, Call.again_at <= now),
    )
    wanted = sa.or_(Call.state == CallState.CLOSED, ~ready) if done else ready
    chosen = sa.select(Call).join(Call.appointment).where(_visible(actor), wanted)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    order = Call.closed_at.desc() if done else Appointment.starts_at
    rows = session.scalars(
        chosen.options(
            orm.contains_eager(Call.appointment).joinedload(Appointment.visitor),
            orm.joinedload(Call.household),
            orm.joinedload(Call.area),
        )
        .order_by(order, Call.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(list(rows), total, page, pages)


def in_scope(session: orm.Session, call_id: UUID, *, actor: User) -> Call:
    """The call, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Call)
        .join(Call.appointment)
        .where(Call.id == call_id, _visible(actor))
        .options(
            orm.contains_eager(Call.appointment)
            .joinedload(Appointment.household)
            .joinedload(Household.area),
            orm.joinedload(Call.household),
            orm.joinedload(Call.area),
        )
    )
    if found is None:
        raise NotFound(_("There is no such call, or it is not yours."))
    return found


def _visible(actor: User) -> sa.ColumnElement[bool]:
    """Volunteers call the homes they will visit themselves; the others call in their areas."""
    if actor.role is Role.VOLUNTEER:
        return Appointment.visitor_id == actor.id
    return Call.area_id.in_(scopes.areas(actor))
