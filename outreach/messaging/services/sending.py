"""What each answer of the provider means for a message, and for the money set aside for it.

`sending` is written before the network is touched. A sender that dies leaves it behind; when its
lease ends nobody knows whether the provider has the message, so it becomes `uncertain`, and is
settled from the provider's books. It is never simply sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging import bulk, queries, rules
from outreach.messaging.channels import Accepted, Busy, Kind, Refused, Uncertain
from outreach.messaging.channels.reasons import explain
from outreach.messaging.models import Message, Progress, Receipt, Source, Status
from outreach.messaging.services import spending
from outreach.messaging.services.moves import move, note, remember
from outreach.messaging.services.suppressions import opt_out

#: What came of one attempt.
Outcome = Accepted | Refused | Busy | Uncertain

_TAKEN = (
    sa.select(Message.id, Message.status, Message.segments)
    .where(bulk.among_given(Message.id, "ids"))
    .order_by(Message.id)
    .with_for_update()
)


def record(session: orm.Session, outcomes: dict[UUID, Outcome], *, now: datetime) -> None:
    """Write down what the provider answered."""
    if not outcomes:
        return
    refs = [answer.ref for answer in outcomes.values() if isinstance(answer, Accepted)]
    parked = queries.parked(session, refs) if refs else {}
    plain = _plainly_accepted(session, outcomes, early={ref for _channel, ref in parked})
    _accept_all(session, plain, now=now)
    rest = [message_id for message_id in outcomes if message_id not in plain]
    for message in queries.locked(session, rest) if rest else ():
        outcome = outcomes[message.id]
        if isinstance(outcome, Accepted):
            early = parked.get((message.channel, outcome.ref), ())
            accepted(session, message, outcome, early, source="channel", now=now)
        elif isinstance(outcome, Refused):
            _refused(session, message, outcome, now=now)
        elif isinstance(outcome, Busy):
            _busy(session, message, outcome, now=now)
        elif message.status is Status.SENDING:
            move(session, message, Status.UNCERTAIN, source="channel", now=now, reason=str(outcome))
            message.due_at = now + rules.SETTLE_AFTER


def release_unsent(session: orm.Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """Give back claimed messages that this sender never tried."""
    chosen = list(ids)
    for message in queries.locked(session, chosen) if chosen else ():
        if message.status is Status.SENDING:
            message.attempts -= 1
            give_back(session, message, due_at=now, now=now, reason="not_tried")


def accepted(
    session: orm.Session,
    message: Message,
    answer: Accepted,
    early: Iterable[Receipt],
    *,
    source: str,
    now: datetime,
) -> None:
    """The provider has it. `early` callbacks, which came before this news, are applied now."""
    if not move(session, message, Status.ACCEPTED, source=source, now=now, ref=answer.ref):
        if message.provider_ref != answer.ref:  # it was taken twice: say so, hide nothing
            note(session, message, source=source, now=now, reason="taken_again", ref=answer.ref)
        return
    message.provider_ref, message.accepted_at, message.error_code = answer.ref, now, None
    if answer.segments and answer.segments != message.segments:
        spending.corrected(session, message, answer.segments)
    message.price, message.currency = answer.price, answer.currency
    message.due_at = now + rules.ASK_AFTER[0]
    for receipt in sorted(early, key=lambda receipt: receipt.progress is not Progress.DELIVERED):
        if message.provider_ref == answer.ref:
            apply_receipt(session, message, receipt, now=now)
        else:  # of a try that one before it has ended
            receipt.applied_at = now


def apply_receipt(
    session: orm.Session, message: Message, receipt: Receipt, *, now: datetime
) -> None:
    """Move the message on, never back; the receipt is settled either way."""
    receipt.applied_at = now
    reached(
        session,
        message,
        rules.REACHED[receipt.progress],
        code=receipt.error_code,
        source="callback",
        now=now,
    )


def reached(
    session: orm.Session,
    message: Message,
    to: Status,
    *,
    code: str | None,
    source: str,
    now: datetime,
) -> None:
    """News from the provider about a message it had accepted."""
    kind, reason = explain(message.channel, code)
    if not move(session, message, to, source=source, now=now, reason=reason, code=code):
        return
    message.error_code = code
    if kind is Kind.OPTED_OUT:
        _silence(session, message, reason or "opted_out", now=now)
    if to is Status.UNDELIVERED:
        _once_more(session, message, reason, now=now)


def give_back(
    session: orm.Session,
    message: Message,
    *,
    due_at: datetime,
    now: datetime,
    reason: str,
    source: str = "outbox",
    code: str | None = None,
) -> None:
    """Surely not taken: back into the queue, or expired when it would be too late by then."""
    to = Status.EXPIRED if due_at >= message.expires_at else Status.QUEUED
    if not move(session, message, to, source=source, now=now, reason=reason, code=code):
        return
    if to is Status.QUEUED:
        message.due_at = due_at
    spending.give_back(session, [message])
    message.sent_on = None


def _plainly_accepted(
    session: orm.Session, outcomes: dict[UUID, Outcome], *, early: set[str]
) -> dict[UUID, Accepted]:
    """Answers that are as one expects: taken, still ours, counted as we did, and no news yet."""
    taken = {
        message_id: answer
        for message_id, answer in outcomes.items()
        if isinstance(answer, Accepted) and answer.ref not in early
    }
    if not taken:
        return {}
    return {
        row.id: taken[row.id]
        for row in bulk.read(session, _TAKEN, {"ids": list(taken)})
        if row.status is Status.SENDING
        and taken[row.id].segments in {None, row.segments}
        and taken[row.id].price is None
    }


def _accept_all(session: orm.Session, answers: dict[UUID, Accepted], *, now: datetime) -> None:
    if answers:
        refs = {message_id: answer.ref for message_id, answer in answers.items()}
        bulk.accept(session, refs, now=now, ask=now + rules.ASK_AFTER[0])
        remember(session, list(answers), Status.ACCEPTED, source="channel", now=now)


def _refused(session: orm.Session, message: Message, refusal: Refused, *, now: datetime) -> None:
    """Nothing has left. Our own misconfiguration is no fault of the message: it waits."""
    message.error_code = refusal.code
    message.refused += 1
    if refusal.kind in {Kind.CONFIGURATION, Kind.SENDER}:
        wait = rules.wait_before_retry(rules.Retry.OURS, message.attempts)
        assert wait is not None
        give_back(
            session,
            message,
            due_at=now + wait,
            now=now,
            reason=refusal.reason,
            source="channel",
            code=refusal.code,
        )
        return
    why = {"source": "channel", "reason": refusal.reason, "code": refusal.code}
    if not move(session, message, Status.FAILED, now=now, **why):
        return
    spending.give_back(session, [message])
    message.sent_on = None
    if refusal.kind is Kind.OPTED_OUT:
        _silence(session, message, refusal.reason, now=now)


def _busy(session: orm.Session, message: Message, busy: Busy, *, now: datetime) -> None:
    """Surely not taken: later, as its class of trouble asks for."""
    kind = rules.class_of(busy.code)
    if kind is rules.Retry.NEVER:  # busy with something that is in no table
        kind = rules.Retry.OUTAGE
    wait = rules.wait_before_retry(kind, message.attempts, busy.retry_after)
    assert wait is not None
    message.refused += 1
    give_back(session, message, due_at=now + wait, now=now, reason=busy.code, source="channel")


def _once_more(
    session: orm.Session, message: Message, reason: str | None, *, now: datetime
) -> None:
    """The provider gave up on it for a reason that may pass: one more try while it is of use."""
    wait = rules.wait_before_retry(rules.class_of(reason), message.attempts)
    if wait is None or now + wait >= message.expires_at:
        return
    move(session, message, Status.QUEUED, source="outbox", now=now, reason="tried_once_more")
    message.due_at, message.finished_at = now + wait, None
    message.charged_before += message.charge
    message.charge, message.provider_ref, message.sent_on = 0, None, None
    message.refused += 1


def _silence(session: orm.Session, message: Message, reason: str, *, now: datetime) -> None:
    opt_out(session, message.phone, source=Source.PROVIDER, reason=reason, now=now)
