"""What the provider's own books say of messages whose outcome or progress is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging import queries, rules
from outreach.messaging.channels import Accepted, ProviderMessage
from outreach.messaging.models import Message, MessageEvent, Progress, Status
from outreach.messaging.services import spending
from outreach.messaging.services.moves import move
from outreach.messaging.services.sending import accepted, give_back, reached


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the provider, outside any transaction."""

    id: UUID
    phone: str
    since: datetime
    ref: str | None


def to_settle(
    session: orm.Session, *, channel: str, now: datetime, limit: int = 50
) -> list[Question]:
    """Uncertain messages whose turn it is; asked again later unless somebody answers."""
    return _questions(session, Status.UNCERTAIN, channel=channel, now=now, limit=limit)


def to_ask(session: orm.Session, *, channel: str, now: datetime, limit: int = 50) -> list[Question]:
    """Accepted messages that no callback has told of for long enough."""
    return _questions(session, Status.ACCEPTED, channel=channel, now=now, limit=limit)


def record_books(
    session: orm.Session,
    message_id: UUID,
    found: Sequence[ProviderMessage],
    *,
    now: datetime,
) -> None:
    """Settle one uncertain message from what the provider's list shows for its number."""
    for message in queries.locked(session, [message_id]):
        if message.status is not Status.UNCERTAIN:
            continue
        entry = _ours_among(session, message, found)
        if entry is not None:
            answer = Accepted(entry.ref, entry.segments, entry.price, entry.currency)
            early = queries.parked(session, [entry.ref]).get((message.channel, entry.ref), ())
            accepted(session, message, answer, early, source="books", now=now)
            _progressed(session, message, entry, now=now)
        elif message.tried_at is None or now - message.tried_at >= rules.NOT_TAKEN_AFTER:
            _not_taken(session, message, now=now)


def record_news(
    session: orm.Session, message_id: UUID, entry: ProviderMessage | None, *, now: datetime
) -> None:
    """What the provider says of one accepted message, and when to ask next."""
    for message in queries.locked(session, [message_id]):
        if message.status is not Status.ACCEPTED or message.accepted_at is None:
            continue
        following = rules.next_question(now - message.accepted_at)
        message.due_at = None if following is None else message.accepted_at + following
        if entry is not None:
            _progressed(session, message, entry, now=now)


def _questions(
    session: orm.Session, status: Status, *, channel: str, now: datetime, limit: int
) -> list[Question]:
    rows = session.scalars(
        queries.due((status,), now=now, limit=limit).where(Message.channel == channel)
    ).all()
    for row in rows:
        row.due_at = now + rules.LOOK_AGAIN_AFTER
    return [
        Question(
            row.id,
            row.phone,
            (row.tried_at or row.created_at) - rules.CLOCKS_DIFFER,
            row.provider_ref,
        )
        for row in rows
    ]


def _ours_among(
    session: orm.Session, message: Message, found: Sequence[ProviderMessage]
) -> ProviderMessage | None:
    """The newest entry with our text that belongs to no other message of ours.

    `endswith`, because a trial account puts its own words in front.
    """
    same = [entry for entry in found if entry.body.endswith(message.body)]
    others = set(
        session.scalars(
            sa.select(Message.provider_ref).where(
                Message.provider_ref.in_([entry.ref for entry in same])
            )
        )
    )
    earlier = sa.select(MessageEvent.provider_ref).where(
        MessageEvent.message_id == message.id, MessageEvent.provider_ref.is_not(None)
    )
    others |= set(session.scalars(earlier))
    return next((entry for entry in same if entry.ref not in others), None)


def _progressed(
    session: orm.Session, message: Message, entry: ProviderMessage, *, now: datetime
) -> None:
    if entry.segments and entry.segments != message.segments:
        spending.corrected(session, message, entry.segments)
    message.price = entry.price if entry.price is not None else message.price
    message.currency = entry.currency or message.currency
    if entry.progress is not Progress.ACCEPTED:
        reached(
            session,
            message,
            rules.REACHED[entry.progress],
            code=entry.code,
            source="books",
            now=now,
        )


def _not_taken(session: orm.Session, message: Message, *, now: datetime) -> None:
    """Long enough, and not in the books: the provider never had it.

    Unless it said itself that it knows the request: then nobody knows, and it is not sent again.
    """
    if message.reason != "duplicate_request":
        give_back(session, message, due_at=now, now=now, reason="not_at_provider", source="books")
    elif message.tried_at is None or now - message.tried_at >= rules.GIVE_UP_AFTER:
        move(session, message, Status.FAILED, source="books", now=now, reason="outcome_unknown")
