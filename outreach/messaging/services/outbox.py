"""Wishes: what policies want sent, kept in line with what they want now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed
from outreach.core.i18n import gettext as _
from outreach.messaging import rules
from outreach.messaging.communes import communes_of
from outreach.messaging.models import Message, MessageEvent, Status
from outreach.messaging.segments import measure
from outreach.messaging.services.moves import move, move_all
from outreach.messaging.wishes import Wish


def want(session: orm.Session, wish: Wish, *, now: datetime) -> Message:
    """Want this message sent; the message there is, if it is wanted already.

    A cancelled one comes back to life. One that has left stays as it is.
    """
    found = session.scalar(sa.select(Message).where(Message.key == wish.key))
    if found is None:
        _insert(session, [wish], now=now)
        return session.scalars(sa.select(Message).where(Message.key == wish.key)).one()
    if found.status is Status.CANCELLED:
        _revive(session, found, wish, now=now)
    return found


@dataclass(frozen=True, slots=True)
class Changes:
    """What bringing the outbox in line came to."""

    added: int
    revived: int
    cancelled: int


def want_exactly(
    session: orm.Session,
    purpose: str,
    wishes: Iterable[Wish],
    *,
    days: tuple[date, date],
    now: datetime,
) -> Changes:
    """For these days (both included) this purpose wants exactly these messages and no others.

    Missing keys are added, cancelled ones revived, unsent ones nobody wants any more cancelled.
    Doing it again changes nothing. A fixed number of statements, however many wishes.
    """
    wanted = {wish.key: wish for wish in wishes}
    known = {
        message.key: message
        for message in session.scalars(
            sa.select(Message)
            .where(Message.purpose == purpose, Message.day.between(*days))
            .options(orm.load_only(Message.key, Message.status))
        )
    }
    fresh = [wish for key, wish in wanted.items() if key not in known]
    _insert(session, fresh, now=now)
    revived = [m for k, m in known.items() if k in wanted and m.status is Status.CANCELLED]
    for message in revived:
        _revive(session, message, wanted[message.key], now=now)
    unwanted = [m.id for k, m in known.items() if k not in wanted and m.status in rules.UNSENT]
    cancelled = _cancel_unsent(session, unwanted, now=now)
    return Changes(len(fresh), len(revived), cancelled)


def cancel(session: orm.Session, message: Message, *, actor: User, now: datetime) -> None:
    """A person stops one message that has not left."""
    if actor.role is Role.VOLUNTEER or not scopes.covers(actor, message.area):
        raise NotAllowed(_("This message is not yours to stop."))
    # locked, so that it is not claimed between our look and our word
    session.execute(sa.select(Message.id).where(Message.id == message.id).with_for_update())
    session.refresh(message, ["status"])
    if not move(
        session, message, Status.CANCELLED, source=str(actor.id), now=now, reason=rules.BY_A_PERSON
    ):
        raise Conflict(_("This message has already left, so it cannot be stopped."))
    audit.record(session, actor=actor, action="message.cancelled", subject=message, now=now)


def _insert(session: orm.Session, wishes: list[Wish], *, now: datetime) -> None:
    if not wishes:
        return
    commune_of = communes_of(session, {wish.area_id for wish in wishes})
    rows = [
        {
            "id": uuid4(),
            "key": wish.key,
            "purpose": wish.purpose,
            "phone": wish.phone,
            "body": wish.body,
            "template": wish.template,
            "values": wish.values,
            "segments": measure(wish.body).segments,
            "area_id": wish.area_id,
            "commune_id": commune_of.get(wish.area_id),
            "household_id": wish.household_id,
            "day": wish.day,
            "status": Status.WANTED,
            "send_after": wish.send_after,
            "expires_at": wish.expires_at,
            "created_at": now,
            "due_at": wish.send_after,
            "attempts": 0,
            "refused": 0,
            "charge": 0,
            "charged_before": 0,
        }
        for wish in wishes
    ]
    session.execute(sa.insert(Message), rows)
    session.execute(
        sa.insert(MessageEvent),
        [
            {"message_id": row["id"], "at": now, "status": Status.WANTED, "source": "policy"}
            for row in rows
        ],
    )


def _revive(session: orm.Session, message: Message, wish: Wish, *, now: datetime) -> None:
    """Wanted again: unless a person stopped it, whose word stands."""
    session.execute(sa.select(Message.id).where(Message.id == message.id).with_for_update())
    session.refresh(message, ["status"])
    if message.reason == rules.BY_A_PERSON:
        return
    if move(session, message, Status.WANTED, source="policy", now=now):
        message.send_after = message.due_at = wish.send_after
        message.expires_at, message.finished_at = wish.expires_at, None


def _cancel_unsent(session: orm.Session, ids: list[UUID], *, now: datetime) -> int:
    """Only those still unsent once they are locked: a sender may have taken one meanwhile."""
    if not ids:
        return 0
    still = session.scalars(
        sa.select(Message.id)
        .where(Message.id.in_(ids), Message.status.in_(rules.UNSENT))
        .with_for_update()
    ).all()
    return move_all(
        session,
        still,
        Status.CANCELLED,
        source="policy",
        now=now,
        due_at=None,
        reason="no_longer_wanted",
    )
