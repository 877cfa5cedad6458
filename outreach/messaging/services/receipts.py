"""Callbacks: kept as they came, applied once, never moving a message back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.messaging import channels, queries
from outreach.messaging.models import Message, Receipt, Status
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
    message = _message_of(session, news, channel=channel)
    if message is None:
        return True
    if message.provider_ref is None:
        if message.status not in {Status.SENDING, Status.UNCERTAIN, Status.QUEUED}:
            return True
        early = queries.parked(session, [news.ref]).get((channel, news.ref), ())
        accepted(session, message, channels.Accepted(news.ref), early, source="callback", now=now)
    elif receipt.applied_at is None:
        apply_receipt(session, message, receipt, now=now)
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


def _message_of(session: orm.Session, news: channels.Receipt, *, channel: str) -> Message | None:
    same_ref = sa.and_(Message.channel == channel, Message.provider_ref == news.ref)
    found = session.scalar(sa.select(Message).where(same_ref).with_for_update())
    if found is None and news.message_id is not None:
        found = session.get(Message, news.message_id, with_for_update=True)
        if found is not None and (found.channel != channel or found.provider_ref is not None):
            return None
    return found
