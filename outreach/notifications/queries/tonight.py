"""What will go out and why, and who is not told and why not: the plan, read for people."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    PhoneKind,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.messaging import communes
from outreach.messaging.models import Message, Suppression
from outreach.messaging.models import Status as MessageStatus
from outreach.notifications.queries.visits import announced, raw
from outreach.notifications.rules.drafts import PURPOSES, Draft, Plan, Silence, as_uuid
from outreach.rounds.models import Round, Route, Stop
from outreach.visits.models import Report


class Unreached(enum.StrEnum):
    """Why no phone of a home may be told."""

    NO_PHONE = "no_phone"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that no text tells of."""

    appointment: Appointment
    why: Unreached


@dataclass(frozen=True, slots=True)
class Phone:
    """One number of a home, and whether it may be told of visits."""

    number: str
    kind: PhoneKind
    who: str
    #: None: never asked.
    agreed: bool | None
    since: datetime | None
    opted_out: Suppression | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page needs of the rows it shows."""

    #: What the outbox knows of each draft, by key.
    messages: Mapping[str, Message]
    homes: Mapping[UUID, Household]
    missed: Sequence[Missed]


#: Still to go, so still to be paid.
_COSTS = (MessageStatus.WANTED, MessageStatus.QUEUED, MessageStatus.SENDING)


def missing(
    session: orm.Session,
    plan: Plan,
    narrowed: sa.ColumnElement[bool],
    start: datetime,
    end: datetime,
) -> list[UUID]:
    """Announced visits that the plan does not speak of, soonest first. One statement."""
    spoken = {one.appointment_id for draft in plan.drafts for one in draft.visits}
    spoken |= {one.appointment_id for silence in plan.silences for one in silence.visits}
    ids = session.execute(_expected(narrowed, start, end))
    return [as_uuid(row[0]) for row in ids if row[0] not in spoken]


def shown(
    session: orm.Session,
    drafts: Sequence[Draft] = (),
    silences: Sequence[Silence] = (),
    missed: Sequence[UUID] = (),
) -> Shown:
    """Everything about the rows of one page. A fixed number of statements."""
    visits = [one for draft in drafts for one in draft.visits]
    visits += [one for silence in silences for one in silence.visits]
    home_ids = {as_uuid(one.household_id) for one in visits}
    homes = session.scalars(sa.select(Household).where(Household.id.in_(home_ids)))
    keys = [draft.key for draft in drafts]
    messages = session.scalars(sa.select(Message).where(Message.key.in_(keys)))
    return Shown(
        {row.key: row for row in messages},
        {home.id: home for home in homes},
        _missed(session, missed),
    )


def only_tried(session: orm.Session, messages: Iterable[Message], *, today: date) -> set[UUID]:
    """Those of these that will reach nobody: their communes try out, and these are residents."""
    waiting = [row for row in messages if row.status in _COSTS]
    habits = communes.habits(session, {row.commune_id for row in waiting})
    return communes.strangers(session, waiting, habits, today=today)


def _missed(session: orm.Session, ids: Sequence[UUID]) -> list[Missed]:
    found = session.scalars(
        sa.select(Appointment)
        .where(Appointment.id.in_(ids))
        .options(orm.joinedload(Appointment.household).joinedload(Household.area))
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    phones = phones_of(session, {one.household_id for one in found})
    return [Missed(one, why_unreached(phones.get(one.household_id, ()))) for one in found]


def segments_to_go(session: orm.Session, areas: sa.Select[UUID], first: date, last: date) -> int:
    """What the texts that are still to go cost, in segments."""
    counted = sa.select(sa.func.sum(Message.segments)).where(
        Message.purpose.in_(PURPOSES),
        Message.day.between(first, last),
        Message.status.in_(_COSTS),
        Message.area_id.in_(areas),
    )
    return session.scalar(counted) or 0


def why_unreached(phones: Sequence[Phone]) -> Unreached:
    """The nearest reason: what one could change first."""
    mobile = [phone for phone in phones if phone.kind is PhoneKind.MOBILE]
    if not mobile:
        return Unreached.LANDLINE if phones else Unreached.NO_PHONE
    if all(phone.opted_out for phone in mobile):
        return Unreached.OPTED_OUT
    asked = [phone for phone in mobile if not phone.opted_out]
    if any(phone.agreed is None for phone in asked):
        return Unreached.NOT_ASKED
    return Unreached.REFUSED


def phones_of(session: orm.Session, home_ids: set[UUID]) -> dict[UUID, list[Phone]]:
    """Every number of these homes with consent and opt-out. Three statements."""
    rows = session.execute(
        sa.select(Resident.household_id, Resident.name, ContactPoint)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(Resident.household_id.in_(home_ids), Resident.left_at.is_(None))
        .order_by(Resident.household_id, Resident.position, ContactPoint.number)
    ).all()
    points = {row.ContactPoint.id: row.ContactPoint for row in rows}
    acts = session.execute(
        sa.select(Consent.contact_point_id, Consent.given, Consent.at)
        .where(Consent.contact_point_id.in_(points), Consent.purpose == Purpose.VISIT_REMINDER)
        .order_by(Consent.at, Consent.given.desc())
    )
    newest = {row.contact_point_id: row for row in acts}
    silent = {
        row.phone: row
        for row in session.scalars(
            sa.select(Suppression).where(
                Suppression.phone.in_([p.number for p in points.values()]),
                Suppression.lifted_at.is_(None),
            )
        )
    }
    found: dict[UUID, list[Phone]] = {}
    for home_id, name, point in rows:
        act = newest.get(point.id)
        found.setdefault(home_id, []).append(
            Phone(
                point.number, point.kind, name, act.given if act else None,
                act.at if act else None, silent.get(point.number),
            )
        )  # fmt: skip
    return found


def _expected(
    narrowed: sa.ColumnElement[bool], start: datetime, end: datetime
) -> sa.Select[*tuple[Any, ...]]:
    reported = sa.exists().where(Report.stop_id == Stop.id, Report.undone_at.is_(None))
    return (
        sa.select(raw(Appointment.id))
        .join(Stop, Stop.id == Appointment.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .join(Household, Household.id == Appointment.household_id)
        .where(*announced(start, end), ~reported, narrowed)
        .order_by(Appointment.starts_at, Appointment.id)
    )


def recent(session: orm.Session, household_id: UUID, *, limit: int = 20) -> Sequence[Message]:
    """What was written about a home lately, newest first."""
    return session.scalars(
        sa.select(Message)
        .where(Message.household_id == household_id)
        .order_by(Message.send_after.desc())
        .limit(limit)
    ).all()


def written_this_week(
    session: orm.Session, phones: Sequence[str], *, since: date
) -> dict[str, int]:
    """How many texts each of these numbers had since then, answers left aside."""
    rows: Any = session.execute(
        sa.select(Message.phone, sa.func.count())
        .where(
            Message.phone.in_(phones),
            Message.sent_on >= since,
            Message.purpose.in_(PURPOSES),
        )
        .group_by(Message.phone)
    )
    return dict(list(rows))
