"""Which messages a sender may take now, and what becomes of those it may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.messaging import bulk, communes, queries, rules
from outreach.messaging.communes import Habits
from outreach.messaging.models import Message, Status
from outreach.messaging.services.moves import move_all, remember
from outreach.messaging.services.spending import Cost, set_aside
from outreach.messaging.wishes import ANSWER

BATCH = 500

_CLAIMABLE = (
    sa.select(
        Message.id,
        Message.phone,
        Message.body,
        Message.key,
        Message.expires_at,
        Message.commune_id,
        Message.purpose,
        Message.segments,
        Message.refused,
        Message.attempts,
        Message.reason,
    )
    .where(Message.status == Status.QUEUED, Message.due_at <= sa.bindparam("now"))
    .order_by(Message.due_at)
    .limit(sa.bindparam("at_most"))
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The channel that messages are claimed for, as far as the outbox must know it."""

    name: str
    #: đồng a segment.
    price: int = 0
    #: Whether phones ring.
    real: bool = False
    #: Templates that are not registered for this way out.
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is this sender's until its lease ends."""

    id: UUID
    phone: str
    body: str
    key: str
    expires_at: datetime
    #: See `channels.Outgoing`.
    request: str
    sender: str


@dataclass(slots=True)
class _Sorted:
    """What is to become of the rows that were found."""

    taken: list[Any] = field(default_factory=list)
    ended: dict[tuple[Status, str], list[UUID]] = field(default_factory=lambda: defaultdict(list))


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
    unasked = [row.phone for row in rows if row.purpose != ANSWER]
    silent = queries.suppressed(session, unasked) if unasked else set()
    late = [row.id for row in rows if row.expires_at <= now]
    live = [row for row in rows if row.expires_at > now]
    muted = [row.id for row in live if row.phone in silent and row.purpose != ANSWER]
    ready = [row.id for row in live if row.phone not in silent or row.purpose == ANSWER]
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
    session: orm.Session, *, terms: Terms, today: date, now: datetime, limit: int
) -> list[Claimed]:
    """Take up to `limit` messages for this sender, for as long as the lease lasts.

    At most one a phone a day, answers to people who wrote to us apart: the others are muted. The
    unique (phone, day) decides between two senders who look at the same moment: the later one
    gets an IntegrityError and tries again.
    Money is set aside before anything leaves; what there is no money for waits.
    """
    select = _CLAIMABLE
    if terms.barred:
        select = select.where(Message.template.not_in(terms.barred))
    rows = bulk.read(session, select, {"now": now, "at_most": limit})
    if not rows:
        return []
    habits = communes.habits(session, {row.commune_id for row in rows})
    found = _sort(session, rows, habits, terms=terms, today=today, now=now)
    _end(session, found.ended, now=now)
    taken = _affordable(session, found.taken, habits, terms=terms, today=today, now=now)
    _take(session, [row.id for row in taken], terms=terms, today=today, now=now)
    return [
        Claimed(
            row.id,
            row.phone,
            row.body,
            row.key,
            row.expires_at,
            request=f"{row.id.hex}-{row.refused}",
            sender=habits[row.commune_id].sender if row.commune_id in habits else "",
        )
        for row in taken
    ]


def _sort(
    session: orm.Session,
    rows: Sequence[Any],
    habits: dict[UUID, Habits],
    *,
    terms: Terms,
    today: date,
    now: datetime,
) -> _Sorted:
    phones = [row.phone for row in rows]
    silent = queries.suppressed(session, phones)
    written = queries.written_to(session, phones, on=today)
    strangers = communes.strangers(session, rows, habits, today=today) if terms.real else set()
    found = _Sorted()
    for row in rows:
        if row.expires_at <= now:
            found.ended[Status.EXPIRED, "moment_passed"].append(row.id)
        elif row.phone in silent and row.purpose != ANSWER:
            found.ended[Status.MUTED, "opted_out"].append(row.id)
        elif row.id in strangers:
            found.ended[Status.MUTED, "trial_mode"].append(row.id)
        elif row.phone in written and row.purpose != ANSWER:
            found.ended[Status.MUTED, "one_a_day"].append(row.id)
        else:
            found.taken.append(row)
            if row.purpose != ANSWER:
                written.add(row.phone)
    return found


def _end(
    session: orm.Session, ended: dict[tuple[Status, str], list[UUID]], *, now: datetime
) -> None:
    for (to, reason), ids in ended.items():
        move_all(session, ids, to, source="outbox", now=now, due_at=None, reason=reason)


def _affordable(
    session: orm.Session,
    rows: list[Any],
    habits: dict[UUID, Habits],
    *,
    terms: Terms,
    today: date,
    now: datetime,
) -> list[Any]:
    """Those there is money for; the others are looked at again later, and say why they wait."""
    budgets = {i: h.budget for i, h in habits.items() if h.budget is not None}
    costs = [Cost(row.id, row.commune_id, row.segments * terms.price) for row in rows]
    beyond = set_aside(session, costs, budgets, day=today)
    if beyond:
        wait = rules.wait_before_retry(rules.Retry.OURS, 1)
        assert wait is not None
        session.execute(
            sa.update(Message)
            .where(Message.id.in_(beyond))
            .values(due_at=now + wait, reason="budget_used_up"),
            execution_options={"synchronize_session": False},
        )
        news = [row.id for row in rows if row.id in beyond and row.reason != "budget_used_up"]
        if news:
            remember(
                session, news, Status.QUEUED, source="outbox", now=now, reason="budget_used_up"
            )
    return [row for row in rows if row.id not in beyond]


def _take(
    session: orm.Session, ids: list[UUID], *, terms: Terms, today: date, now: datetime
) -> None:
    if ids:
        move_all(
            session,
            ids,
            Status.SENDING,
            source="outbox",
            now=now,
            due_at=now + rules.LEASE,
            tried_at=now,
            sent_on=today,
            channel=terms.name,
            attempts=Message.attempts + 1,
            charge=Message.segments * terms.price,
        )
