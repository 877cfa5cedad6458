"""Windows announced when a round is published, kept in step with its stops."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import queries, rules
from outreach.appointments.models import Appointment, Origin, State
from outreach.appointments.services.codes import Codes
from outreach.core import audit

#: Databases limit the variables of one statement.
SLICE = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """One stop of a published round, as far as its appointment needs to know."""

    stop_id: UUID
    household_id: UUID
    area_id: UUID
    visitor_id: UUID
    planned: datetime
    #: How much later it may get: what is promised ends so much later.
    slack: timedelta = timedelta()


def announce_for_round(
    session: orm.Session,
    arrivals: Sequence[Arrival],
    *,
    opens: datetime,
    closes: datetime,
    day: tuple[datetime, datetime],
    actor: User,
    now: datetime,
) -> int:
    """One open appointment for each stop, with its visitor; gives how many were made or changed.

    `opens` and `closes` bound the windows, `day` is the local day in UTC. Agreed windows stay and
    get their visitor. A window announced before stays while the planned arrival is inside it, so
    that nobody is told a new time for nothing; one that somebody cancelled is not announced again.
    """
    known = queries.day_of_homes(session, [a.household_id for a in arrivals], *day)
    declined = _declined(session, [a.stop_id for a in arrivals])
    codes = Codes(session, opens)
    changed = 0
    for arrival in arrivals:
        appointment = known.get(arrival.household_id)
        if appointment is None:
            if arrival.stop_id in declined:
                continue
            appointment = _announced(arrival, codes, actor=actor, now=now)
            session.add(appointment)
        elif appointment.state is not State.OPEN:
            continue
        changed += _aim(appointment, arrival, opens, closes)
    if changed:
        audit.record(
            session, actor=actor, action="appointment.announced", subject=Appointment, now=now,
            count=changed,
        )  # fmt: skip
    return changed


def withdraw(
    session: orm.Session, stop_ids: Collection[UUID], *, actor: User | None, now: datetime
) -> int:
    """Take back what was announced for these stops; agreed ones only lose their visitor."""
    count = 0
    for appointment in _of_stops(session, stop_ids, State.OPEN):
        count += 1
        appointment.stop_id = appointment.visitor_id = None
        if appointment.origin is Origin.ANNOUNCED:
            appointment.state, appointment.closed_at = State.CANCELLED, now
    if count:
        audit.record(
            session, actor=actor, action="appointment.withdrawn", subject=Appointment, now=now,
            count=count,
        )  # fmt: skip
    return count


def told(appointment: Appointment) -> dict[str, Any] | None:
    """What an open announced window says, as JSON, for `tell_again`; None for others."""
    if appointment.origin is not Origin.ANNOUNCED or appointment.state is not State.OPEN:
        return None
    confirmed = appointment.confirmed_at
    return {
        "id": str(appointment.id),
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "confirmed_at": None if confirmed is None else confirmed.isoformat(),
        "confirmed_by": appointment.confirmed_by,
    }


def tell_again(
    session: orm.Session, before: Mapping[UUID, Mapping[str, Any]], *, actor: User, now: datetime
) -> list[Appointment]:
    """Bring windows back to what `told` said, by stop; those that a change had withdrawn reopen.

    What was kept, missed or called off by the home itself stays as it is, and so does what was
    agreed or confirmed with it since.
    """
    found = []
    for stop_id, said in before.items():
        appointment = session.get(Appointment, UUID(said["id"]))
        if appointment is None or not _is_ours(session, appointment):
            continue
        appointment.state, appointment.closed_at = State.OPEN, None
        appointment.stop_id = stop_id
        _back_to(appointment, said)
        found.append(appointment)
    if found:
        audit.record(
            session, actor=actor, action="appointment.announced", subject=Appointment, now=now,
            count=len(found),
        )  # fmt: skip
    return found


def _back_to(appointment: Appointment, said: Mapping[str, Any]) -> None:
    """The hours it told before, with the answer to them; hours that are the same keep theirs."""
    hours = tuple(datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at"))
    if hours == (appointment.starts_at, appointment.ends_at):
        return
    appointment.starts_at, appointment.ends_at = hours
    confirmed = said["confirmed_at"]
    appointment.confirmed_at = None if confirmed is None else datetime.fromisoformat(confirmed)
    appointment.confirmed_by = said["confirmed_by"]


def _is_ours(session: orm.Session, appointment: Appointment) -> bool:
    """Announced, and open or withdrawn by a change: what its home called off still has its stop.

    A home that agreed on a time since is told that one alone.
    """
    if appointment.origin is not Origin.ANNOUNCED:
        return False
    if appointment.state is State.OPEN:
        return True
    withdrawn = appointment.state is State.CANCELLED and appointment.stop_id is None
    return withdrawn and not queries.near(session, appointment.household_id, appointment.starts_at)


def _announced(arrival: Arrival, codes: Codes, *, actor: User, now: datetime) -> Appointment:
    return Appointment(
        household_id=arrival.household_id,
        origin=Origin.ANNOUNCED,
        state=State.OPEN,
        visit_code=codes.new(arrival.area_id),
        note="",
        created_by_id=actor.id,
        created_at=now,
    )


def _aim(appointment: Appointment, arrival: Arrival, opens: datetime, closes: datetime) -> bool:
    """Point an open appointment at its stop; whether that changed anything."""
    before = (appointment.visitor_id, appointment.stop_id, appointment.starts_at)
    appointment.visitor_id, appointment.stop_id = arrival.visitor_id, arrival.stop_id
    if appointment.origin is Origin.ANNOUNCED and not (
        appointment.starts_at
        and rules.still_kept(appointment.starts_at, appointment.ends_at, arrival.planned)
    ):
        appointment.starts_at, appointment.ends_at = rules.window_around(
            arrival.planned, opens, closes, arrival.slack
        )
        appointment.confirmed_at = appointment.confirmed_by = None  # to another time than this
    return before != (appointment.visitor_id, appointment.stop_id, appointment.starts_at)


def _of_stops(
    session: orm.Session, stop_ids: Collection[UUID], state: State
) -> Iterator[Appointment]:
    ids = list(stop_ids)
    for at in range(0, len(ids), SLICE):
        yield from session.scalars(
            sa.select(Appointment).where(
                Appointment.stop_id.in_(ids[at : at + SLICE]), Appointment.state == state
            )
        )


def _declined(session: orm.Session, stop_ids: Sequence[UUID]) -> set[UUID]:
    """Stops whose home called the visit off, or moved it to another day."""
    found = {one.stop_id for one in _of_stops(session, stop_ids, State.CANCELLED) if one.stop_id}
    for at in range(0, len(stop_ids), SLICE):
        left = sa.select(Appointment.left_stop_id).where(
            Appointment.left_stop_id.in_(stop_ids[at : at + SLICE])
        )
        found.update(id_ for id_ in session.scalars(left) if id_)
    return found
