"""Reads for the office's pages, each in a constant number of queries, within what one may see."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.messaging import rules
from outreach.messaging.models import Message, MessageEvent, SandboxMessage, Status

PAGE_SIZE = 50


class Tab(enum.StrEnum):
    """What will go out, what went out, and what did not."""

    COMING = "coming"
    SENT = "sent"
    UNSENT = "unsent"


STATUSES = {
    Tab.COMING: (Status.WANTED, Status.QUEUED, Status.SENDING, Status.UNCERTAIN),
    Tab.SENT: (Status.ACCEPTED, Status.DELIVERED, Status.UNDELIVERED),
    Tab.UNSENT: (Status.FAILED, Status.MUTED, Status.EXPIRED, Status.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list should show: messages whose sending is planned in [begins, ends)."""

    tab: Tab
    begins: datetime
    ends: datetime
    status: Status | None = None
    digits: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: Sequence[Message]
    total: int
    page: int
    pages: int


def listed(session: orm.Session, wanted: Wanted, *, actor: User) -> Page:
    """Messages within the actor's scope: what is coming by time, what is past newest first."""
    statuses = (wanted.status,) if wanted.status else STATUSES[wanted.tab]
    chosen = sa.and_(
        _visible(actor),
        Message.send_after >= wanted.begins,
        Message.send_after < wanted.ends,
        Message.status.in_(statuses),
    )
    if wanted.digits:
        chosen = sa.and_(chosen, Message.phone.contains(wanted.digits, autoescape=True))
    total = session.scalar(sa.select(sa.func.count(Message.id)).where(chosen)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    first = Message.send_after if wanted.tab is Tab.COMING else Message.send_after.desc()
    rows = session.scalars(
        sa.select(Message)
        .where(chosen)
        .options(orm.joinedload(Message.area), orm.joinedload(Message.household))
        .order_by(first, Message.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(list(rows), total, page, pages)


def in_scope(session: orm.Session, message_id: UUID, *, actor: User) -> Message:
    """The message, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Message)
        .where(Message.id == message_id, _visible(actor))
        .options(orm.joinedload(Message.area), orm.joinedload(Message.household))
    )
    if found is None:
        raise NotFound(_("There is no such message, or it is not yours."))
    return found


def history(session: orm.Session, message: Message) -> Sequence[MessageEvent]:
    """Every move it made, oldest first."""
    return session.scalars(
        sa.select(MessageEvent)
        .where(MessageEvent.message_id == message.id)
        .order_by(MessageEvent.id)
    ).all()


def troubles(session: orm.Session) -> Sequence[str]:
    """Reasons why messages wait that only the office can put right."""
    return session.scalars(
        sa.select(Message.reason)
        .where(Message.status == Status.QUEUED, Message.reason.in_(rules.OURS))
        .distinct()
        .order_by(Message.reason)
    ).all()  # type: ignore[return-value]  # `in_` leaves no None


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of the sandbox in the list of phones."""

    number: str
    newest_at: datetime
    count: int


def sandbox_phones(session: orm.Session, *, actor: User, page: int) -> tuple[list[Phone], int]:
    """Phones that received something, newest first, and how many pages of them there are."""
    chosen = (
        sa.select(
            SandboxMessage.phone,
            sa.func.max(SandboxMessage.at).label("newest_at"),
            sa.func.count().label("n"),
        )
        .where(_received(actor))
        .group_by(SandboxMessage.phone)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        chosen.order_by(sa.desc("newest_at"), SandboxMessage.phone)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    phones = [Phone(row.phone, row.newest_at, row.n) for row in rows]
    return phones, max(1, -(-total // PAGE_SIZE))


def received(session: orm.Session, phone: str, *, actor: User) -> Sequence[SandboxMessage]:
    """What one phone of the sandbox received, oldest first; its newest hundred."""
    newest = session.scalars(
        sa.select(SandboxMessage)
        .where(SandboxMessage.phone == phone, _received(actor))
        .order_by(SandboxMessage.at.desc(), SandboxMessage.id)
        .limit(100)
    ).all()
    return newest[::-1]


def may_stop(message: Message) -> bool:
    """Whether it has surely not left yet."""
    return message.status in rules.UNSENT


def _visible(actor: User) -> sa.ColumnElement[bool]:
    if actor.role is Role.ADMINISTRATOR:
        return sa.true()
    return Message.area_id.in_(scopes.areas(actor))


def _received(actor: User) -> sa.ColumnElement[bool]:
    """A sandbox message is seen by whoever may see the message it came from."""
    if actor.role is Role.ADMINISTRATOR:
        return sa.true()
    return (
        sa.exists()
        .where(Message.key == SandboxMessage.key, _visible(actor))
        .correlate(SandboxMessage)
    )
