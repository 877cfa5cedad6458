"""Callbacks: kept as they came, applied once, never moving a message back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.messaging import channels, queries
from outreach.messaging.models import Message, Progress, Receipt, Status
from outreach.messaging.services.moves import note
from outreach.messaging.services.sending import accepted, apply_receipt


def take_receipt(
    session: orm.Session, news: channels.Receipt, *, channel: str, now: datetime
) -> bool:
    """Store and apply one callback; False when it had been told before.

    The callback's address carries our message's id, so news can come before the provider's answer
    and even settle a message whose answer was lost. Without it, it is parked until the provider's
    reference becomes known.
    """
    receipt = _stored(session, news, channel=channel, now=now)
    if receipt is None:
        return False
    known = _by_reference(session, news, channel=channel)
    if known is not None:
        if receipt.applied_at is None:
            apply_receipt(session, known, receipt, now=now)
        return True
    message = _by_our_id(session, news)
    if message is None:
        return True
    if queries.was_taken_as(session, message.id, news.ref):
        _of_an_earlier_try(session, message, news, receipt, now=now)
    elif message.channel == channel and message.provider_ref is None:
        _of_a_lost_answer(session, message, news, now=now)
    else:
        note(session, message, source="callback", now=now, reason="taken_again", ref=news.ref)
        receipt.applied_at = now
    return True


def _stored(
    session: orm.Session, news: channels.Receipt, *, channel: str, now: datetime
) -> Receipt | None:
    """Keep it unless (reference, status) is there: two at the same moment are still one."""
    receipt = Receipt(
        channel=channel,
        provider_ref=news.ref,
        status=news.status,
        progress=news.progress,
        error_code=news.code,
        received_at=now,
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:
        return None
    return receipt


def _by_reference(session: orm.Session, news: channels.Receipt, *, channel: str) -> Message | None:
    same = sa.and_(Message.channel == channel, Message.provider_ref == news.ref)
    return session.scalar(sa.select(Message).where(same).with_for_update())


def _by_our_id(session: orm.Session, news: channels.Receipt) -> Message | None:
    if news.message_id is None:
        return None
    return session.get(Message, news.message_id, with_for_update=True)


def _of_a_lost_answer(
    session: orm.Session, message: Message, news: channels.Receipt, *, now: datetime
) -> None:
    """The callback is the first we hear of the provider having taken it."""
    if message.status not in {Status.SENDING, Status.UNCERTAIN, Status.QUEUED}:
        return
    channel = message.channel
    early = queries.parked(session, [news.ref]).get((channel, news.ref), ())
    accepted(session, message, channels.Accepted(news.ref), early, source="callback", now=now)


def _of_an_earlier_try(
    session: orm.Session,
    message: Message,
    news: channels.Receipt,
    receipt: Receipt,
    *,
    now: datetime,
) -> None:
    """Late news of a try that was given up: it counts where it spares the person a text."""
    receipt.applied_at = now
    if news.progress is Progress.DELIVERED and message.status is Status.QUEUED:
        answer = channels.Accepted(news.ref, price=message.price, currency=message.currency)
        accepted(session, message, answer, [receipt], source="callback", now=now)
