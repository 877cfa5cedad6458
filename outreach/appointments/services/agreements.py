"""Windows agreed with homes: made, moved, cancelled, kept, missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.appointments import queries, rules
from outreach.appointments.models import Appointment, Origin, State
from outreach.appointments.services.codes import new_code
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Household


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit should begin: aware moments."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What was agreed with a home."""

    household_id: UUID
    window: Window
    resident_id: UUID | None = None
    skill: str | None = None
    note: str = ""


def agree(session: orm.Session, wish: Wish, *, actor: User, now: datetime) -> Appointment:
    """Note a window agreed with a home. One announced for about that time becomes the agreed one.

    Raises `Conflict` when the home has an agreed one within half a day of it.
    """
    household = session.get_one(Household, wish.household_id)
    if not scopes.covers(actor, household.area):
        raise NotAllowed(_("This home is not in your area."))
    _check_window(wish.window, now)
    if wish.resident_id and wish.resident_id not in {r.id for r in household.residents}:
        raise Refusal(_("This person does not live there."))
    appointment = _announced_near(session, household.id, wish.window) or Appointment(
        household_id=household.id,
        household=household,
        created_by_id=actor.id,
        created_at=now,
        state=State.OPEN,
        visit_code="",
    )
    appointment.origin = Origin.AGREED
    _place(session, appointment, wish.window)
    appointment.resident_id, appointment.skill = wish.resident_id, wish.skill
    appointment.note = wish.note
    session.add(appointment)
    audit.record(
        session, actor=actor, action="appointment.agreed", subject=appointment, now=now,
        household_id=household.id, starts_at=appointment.starts_at,
    )  # fmt: skip
    return appointment


def confirm(
    session: orm.Session, appointment: Appointment, *, by: str, actor: User | None, now: datetime
) -> Appointment:
    """The resident says the time suits; `by` is how: `reply`, `page`, `call`… Twice is as once."""
    _check_open(appointment, actor)
    if appointment.confirmed_at is None:
        appointment.confirmed_at, appointment.confirmed_by = now, by
        audit.record(
            session, actor=actor, action="appointment.confirmed", subject=appointment, now=now,
            by=by,
        )  # fmt: skip
    return appointment


def move(
    session: orm.Session,
    appointment: Appointment,
    window: Window,
    *,
    actor: User | None,
    now: datetime,
) -> Appointment:
    """Agree another window. An announced one becomes agreed: somebody asked for this time.

    Moved to another day, it forgets who was to come. `actor` is None when the resident chose it.
    """
    _check_open(appointment, actor)
    _check_window(window, now)
    for other in queries.near(session, appointment.household_id, window.starts_at):
        if other.id != appointment.id and other.origin is Origin.AGREED:
            raise Conflict(_("This home has another appointment about that time."))
    if not rules.crowded(appointment.starts_at, window.starts_at):
        appointment.left_stop_id = appointment.stop_id or appointment.left_stop_id
        appointment.visitor_id = appointment.stop_id = None
    appointment.origin = Origin.AGREED
    appointment.confirmed_at = appointment.confirmed_by = None
    _place(session, appointment, window)
    audit.record(
        session, actor=actor, action="appointment.moved", subject=appointment, now=now,
        starts_at=window.starts_at,
    )  # fmt: skip
    return appointment


def cancel(
    session: orm.Session, appointment: Appointment, *, actor: User, now: datetime
) -> Appointment:
    """End it unkept. A stop it was announced for is not announced again."""
    _check_open(appointment, actor)
    appointment.state, appointment.closed_at = State.CANCELLED, now
    audit.record(session, actor=actor, action="appointment.cancelled", subject=appointment, now=now)
    return appointment


def keep(
    session: orm.Session, appointment: Appointment, *, actor: User, now: datetime
) -> Appointment:
    """Somebody was met in time or at all. Whether `actor` may say so is the caller's to check."""
    return _settle(session, appointment, State.KEPT, actor=actor, now=now)


def miss(
    session: orm.Session, appointment: Appointment, *, actor: User, now: datetime
) -> Appointment:
    """The visitor came and nobody could be met."""
    return _settle(session, appointment, State.MISSED, actor=actor, now=now)


def reopen(
    session: orm.Session, appointment: Appointment, *, actor: User, now: datetime
) -> Appointment:
    """What was said of the visit is taken back."""
    if appointment.state in {State.KEPT, State.MISSED}:
        appointment.state, appointment.closed_at = State.OPEN, None
        audit.record(
            session, actor=actor, action="appointment.reopened", subject=appointment, now=now
        )
    return appointment


def _settle(
    session: orm.Session, appointment: Appointment, state: State, *, actor: User, now: datetime
) -> Appointment:
    if appointment.state is state:
        return appointment
    if appointment.state is State.CANCELLED:
        raise Conflict(_("This appointment was cancelled."))
    appointment.state, appointment.closed_at = state, now
    audit.record(
        session, actor=actor, action=f"appointment.{state.value}", subject=appointment, now=now
    )
    return appointment


def _check_open(appointment: Appointment, actor: User | None) -> None:
    if actor is not None and not scopes.covers(actor, appointment.household.area):
        raise NotAllowed(_("This home is not in your area."))
    if not rules.may_change(appointment.state):
        raise Conflict(_("This appointment is over, so it cannot be changed."))


def _check_window(window: Window, now: datetime) -> None:
    if window.ends_at <= window.starts_at:
        raise Refusal(_("The time must end after it begins."))
    if window.ends_at - window.starts_at > rules.LONGEST:
        raise Refusal(_("Please agree a window of at most twelve hours."))
    if window.ends_at <= now:
        raise Refusal(_("This time is over already."))
    if window.starts_at > now + rules.FURTHEST:
        raise Refusal(_("Please choose a day within a year."))


def _announced_near(session: orm.Session, household_id: UUID, window: Window) -> Appointment | None:
    announced = None
    for other in queries.near(session, household_id, window.starts_at):
        if other.origin is Origin.AGREED:
            raise Conflict(_("This home has another appointment about that time."))
        announced = other
    return announced


def _place(session: orm.Session, appointment: Appointment, window: Window) -> None:
    """Set the window; a code that somebody else has about that time is replaced."""
    area_id = appointment.household.area_id
    with session.no_autoflush:
        taken = queries.codes_taken(session, area_id, window.starts_at, but=appointment.id)
    appointment.starts_at, appointment.ends_at = window.starts_at, window.ends_at
    if not appointment.visit_code or appointment.visit_code in taken:
        appointment.visit_code = new_code(taken)
