"""Whom an answer comes from, which visits it can be about, and what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment, State
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import ContactPoint, Household, Resident, ResidentPhone
from outreach.messaging.models import Message
from outreach.notifications.models import Offer, Reply, ReplyState
from outreach.notifications.rules.drafts import OF_VISITS

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever shares a phone: the residents it belongs to, heads first."""

    phone: str
    residents: Sequence[Resident]

    @property
    def area_id(self) -> UUID | None:
        return self.residents[0].household.area_id if self.residents else None

    @property
    def home_ids(self) -> set[UUID]:
        return {one.household_id for one in self.residents}


def sender(session: orm.Session, phone: str) -> Sender:
    """The residents reached on a number; none for a stranger."""
    found = session.scalars(
        sa.select(Resident)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .join(Resident.household)
        .where(
            ContactPoint.number == phone,
            Resident.left_at.is_(None),
            Household.archived_at.is_(None),
        )
        .options(orm.contains_eager(Resident.household).joinedload(Household.area))
        .order_by(Resident.position, Resident.id)
    )
    return Sender(phone, list(found))


def told_visits(
    session: orm.Session, phone: str, zone: ZoneInfo, *, now: datetime
) -> Sequence[Appointment]:
    """Visits still to come that this phone was told of, or may have been, at their present time.

    One that was moved since is not here: an answer to the old text is no answer to the new time.
    """
    rows = session.execute(
        sa.select(Message.day, Message.values).where(
            Message.phone == phone,
            Message.purpose.in_(OF_VISITS),
            Message.sent_on.is_not(None),
            Message.day >= (now - timedelta(days=1)).date(),
        )
    )
    told: dict[UUID, set[tuple[date, str]]] = {}
    for day, values in rows:
        for one in values.get("told", ()):
            with suppress(ValueError):
                id_, _, rest = str(one).partition(" ")
                told.setdefault(UUID(id_), set()).add((day, rest[:11]))
    found = _open(session, Appointment.id.in_(told), now)
    return [one for one in found if _told_as(one, zone) in told[one.id]]


def _told_as(visit: Appointment, zone: ZoneInfo) -> tuple[date, str]:
    """How a text that names this visit at its present time has told it."""
    span = f"{visit.starts_at:%H:%M} {visit.ends_at:%H:%M}"
    return visit.starts_at.astimezone(zone).date(), span


def visits_of(session: orm.Session, home_ids: set[UUID], *, now: datetime) -> Sequence[Appointment]:
    """Visits of these homes still to come, for a person who knows what they talk of."""
    return _open(session, Appointment.household_id.in_(home_ids), now)


def _open(
    session: orm.Session, chosen: sa.ColumnElement[bool], now: datetime
) -> Sequence[Appointment]:
    return session.scalars(
        sa.select(Appointment)
        .where(chosen, Appointment.state == State.OPEN, Appointment.ends_at > now)
        .options(
            orm.joinedload(Appointment.household).joinedload(Household.area),
            orm.joinedload(Appointment.visitor),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def open_offer(session: orm.Session, phone: str, *, now: datetime) -> Offer | None:
    """The newest offer to this phone that can still be taken."""
    return session.scalar(
        sa.select(Offer)
        .where(Offer.phone == phone, Offer.chosen.is_(None), Offer.expires_at > now)
        .options(orm.joinedload(Offer.appointment).joinedload(Appointment.household))
        .order_by(Offer.made_at.desc())
        .limit(1)
    )


def offer_of(session: orm.Session, appointment_id: UUID, *, now: datetime) -> Offer | None:
    """The newest offer for an appointment that can still be taken."""
    return session.scalar(
        sa.select(Offer)
        .where(
            Offer.appointment_id == appointment_id, Offer.chosen.is_(None), Offer.expires_at > now
        )
        .order_by(Offer.made_at.desc())
        .limit(1)
    )


def lately(session: orm.Session, phone: str, *, now: datetime) -> int:
    """How many answers a phone sent within a day."""
    since = Reply.received_at > now - timedelta(days=1)
    counted = sa.select(sa.func.count(Reply.id)).where(Reply.phone == phone, since)
    return session.scalar(counted) or 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of answers."""

    rows: Sequence[Reply]
    total: int
    page: int
    pages: int


def listed(session: orm.Session, *, waiting: bool, page: int, actor: User) -> Page:
    """Answers in the actor's scope: the waiting ones oldest first, the others newest first."""
    state = Reply.state == ReplyState.WAITING
    chosen = sa.and_(_visible(actor), state if waiting else ~state)
    total = session.scalar(sa.select(sa.func.count(Reply.id)).where(chosen)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        sa.select(Reply)
        .where(chosen)
        .options(
            orm.joinedload(Reply.area),
            orm.joinedload(Reply.appointment).joinedload(Appointment.household),
        )
        .order_by(Reply.received_at if waiting else Reply.received_at.desc(), Reply.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(list(rows), total, page, pages)


def waiting_count(session: orm.Session, *, actor: User) -> int:
    """How many answers wait for a person."""
    counted = sa.select(sa.func.count(Reply.id)).where(
        Reply.state == ReplyState.WAITING, _visible(actor)
    )
    return session.scalar(counted) or 0


def in_scope(session: orm.Session, reply_id: UUID, *, actor: User) -> Reply:
    """The answer, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Reply)
        .where(Reply.id == reply_id, _visible(actor))
        .options(orm.joinedload(Reply.area))
    )
    if found is None:
        raise NotFound(_("There is no such reply, or it is not yours."))
    return found


def _visible(actor: User) -> sa.ColumnElement[bool]:
    """Strangers' words are for officers, who may find out who they are."""
    if actor.role is Role.ADMINISTRATOR:
        return sa.true()
    mine = Reply.area_id.in_(scopes.areas(actor))
    return sa.or_(mine, Reply.area_id.is_(None)) if actor.role is Role.OFFICER else mine
