"""From the queue to the provider's answer: claims with a lease, and what each answer means.

`sending` is written before the network is touched. A sender that dies leaves it behind; when its
lease ends nobody knows whether the provider has the message, so it becomes `uncertain`, and is
settled from the provider's books. It is never simply sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.messaging import queries, rules
from outreach.messaging.channels import Accepted, Busy, Kind, Refused, Uncertain
from outreach.messaging.channels.reasons import explain
from outreach.messaging.models import Message, MessageEvent, Receipt, Source, Status
from outreach.messaging.services.moves import move, move_all
from outreach.messaging.services.suppressions import suppress
from outreach.messaging.wishes import ANSWER

#: What came of one attempt.
Outcome = Accepted | Refused | Busy | Uncertain

BATCH = 500


def prepare(session: orm.Session, *, now: datetime) -> int:
    """Bring the queue up to date; how many rows moved (call again while it is a full batch).

    Wishes whose time has come are queued, those whose moment has passed expire, numbers that
    opted out are muted, and what a dead sender left behind becomes uncertain.
    """
    rows = session.execute(
        queries.due((Status.WANTED,), now=now, limit=BATCH).with_only_columns(
            Message.id, Message.phone, Message.expires_at, Message.purpose
        )
    ).all()
    silent = queries.suppressed(session, [row.phone for row in rows if row.purpose != ANSWER])
    asked = {row.id for row in rows if row.purpose == ANSWER}
    late = [row.id for row in rows if row.expires_at <= now]
    live = [row for row in rows if row.expires_at > now]
    muted = [row.id for row in live if row.phone in silent and row.id not in asked]
    ready = [row.id for row in live if row.phone not in silent or row.id in asked]
    ended = session.scalars(
        queries.due((Status.SENDING,), now=now, limit=BATCH).with_only_columns(Message.id)
    ).all()
    moved = 0
    for ids, to, reason in (
        (late, Status.EXPIRED, "moment_passed"),
        (muted, Status.MUTED, "opted_out"),
        (ready, Status.QUEUED, None),
        (ended, Status.UNCERTAIN, "sender_stopped"),
    ):
        due_at = None if to in rules.FINAL else now
        moved += move_all(session, ids, to, source="outbox", now=now, due_at=due_at, reason=reason)
    return moved


def claim(
    session: orm.Session, *, channel: str, today: date, now: datetime, limit: int
) -> Sequence[Message]:
    """Take up to `limit` messages for this sender, for as long as the lease lasts.

    At most one a phone a day: the others are muted. The unique (phone, day) decides between two
    senders who look at the same moment: the later one gets an IntegrityError and tries again.
    """
    rows = session.scalars(queries.due((Status.QUEUED,), now=now, limit=limit)).all()
    phones = [row.phone for row in rows]
    silent = queries.suppressed(session, phones)
    written = queries.written_to(session, phones, on=today)
    taken: list[Message] = []
    for row in rows:
        counts = row.purpose != ANSWER
        if row.expires_at <= now:
            move(session, row, Status.EXPIRED, source="outbox", now=now, reason="moment_passed")
        elif counts and row.phone in silent:
            move(session, row, Status.MUTED, source="outbox", now=now, reason="opted_out")
        elif counts and row.phone in written:
            move(session, row, Status.MUTED, source="outbox", now=now, reason="one_a_day")
        else:
            move(session, row, Status.SENDING, source="outbox", now=now)
            row.due_at, row.tried_at, row.sent_on = now + rules.LEASE, now, None
            row.channel, row.attempts = channel, row.attempts + 1
            if counts:
                row.sent_on = today
                written.add(row.phone)
            taken.append(row)
    session.flush()
    return taken


def release_unsent(session: orm.Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """Give back claimed messages that this sender never tried."""
    for message in queries.locked(session, ids):
        if message.status is Status.SENDING:
            message.attempts -= 1
            _give_back(session, message, due_at=now, now=now, reason="not_tried")


def record(session: orm.Session, outcomes: dict[UUID, Outcome], *, now: datetime) -> None:
    """Write down what the provider answered."""
    refs = [answer.ref for answer in outcomes.values() if isinstance(answer, Accepted)]
    messages, parked = queries.locked(session, outcomes), queries.parked(session, refs)
    for message in messages:
        outcome = outcomes[message.id]
        if isinstance(outcome, Accepted):
            early = parked.get((message.channel, outcome.ref), ())
            accepted(session, message, outcome, early, source="channel", now=now)
        elif isinstance(outcome, Refused):
            _refused(session, message, outcome, now=now)
        elif isinstance(outcome, Busy):
            wait = rules.wait_before_retry(message.attempts, outcome.retry_after)
            _give_back(session, message, due_at=now + wait, now=now, reason=outcome.code)
        elif message.status is Status.SENDING:
            move(session, message, Status.UNCERTAIN, source="channel", now=now, reason=str(outcome))
            message.due_at = now + rules.SETTLE_AFTER


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
    if not move(session, message, Status.ACCEPTED, source=source, now=now):
        if message.provider_ref != answer.ref:  # it was taken twice: say so, hide nothing
            session.add(
                MessageEvent(
                    message_id=message.id,
                    at=now,
                    status=message.status,
                    source=source,
                    reason="taken_again",
                )
            )
        return
    message.provider_ref, message.accepted_at, message.error_code = answer.ref, now, None
    message.segments = answer.segments or message.segments
    message.price, message.currency = answer.price, answer.currency
    message.due_at = now + rules.ASK_AFTER[0]
    for receipt in early:
        apply_receipt(session, message, receipt, now=now)


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
    if not move(session, message, to, source=source, now=now, reason=reason):
        return
    message.error_code = code
    if kind is Kind.OPTED_OUT:
        suppress(
            session,
            message.phone,
            source=Source.PROVIDER,
            reason=reason or "opted_out",
            actor=None,
            now=now,
        )


def _refused(session: orm.Session, message: Message, refusal: Refused, *, now: datetime) -> None:
    """Nothing has left. Our own misconfiguration is no fault of the message: it waits."""
    message.error_code = refusal.code
    if refusal.kind is Kind.CONFIGURATION:
        later = now + rules.MISCONFIGURED_WAIT
        _give_back(session, message, due_at=later, now=now, reason=refusal.reason)
        return
    if not move(session, message, Status.FAILED, source="channel", now=now, reason=refusal.reason):
        return
    message.sent_on = None
    if refusal.kind is Kind.OPTED_OUT:
        suppress(
            session,
            message.phone,
            source=Source.PROVIDER,
            reason=refusal.reason,
            actor=None,
            now=now,
        )


def _give_back(
    session: orm.Session, message: Message, *, due_at: datetime, now: datetime, reason: str
) -> None:
    """Surely not taken: back into the queue, or expired when it would be too late by then."""
    if due_at >= message.expires_at:
        gone = move(session, message, Status.EXPIRED, source="outbox", now=now, reason=reason)
    else:
        gone = move(session, message, Status.QUEUED, source="outbox", now=now, reason=reason)
        message.due_at = due_at if gone else message.due_at
    if gone:
        message.sent_on = None
