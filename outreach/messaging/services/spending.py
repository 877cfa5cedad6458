"""What each commune may still spend this month: set aside before a message leaves, never after.

The sum of a commune's month is one row. A sender that sets money aside holds that row until its
claim is committed, so two senders at the edge of a budget cannot both take the last message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.core.db import Model
from outreach.messaging.models import Message, Spending


@dataclass(frozen=True, slots=True)
class Cost:
    """What one message would cost its commune, in đồng."""

    id: UUID
    commune_id: UUID | None
    amount: int


def set_aside(
    session: orm.Session, costs: Sequence[Cost], budgets: Mapping[UUID, int], *, day: date
) -> set[UUID]:
    """Set money aside for these, in this order; the messages there is no money for any more.

    A commune without an entry in `budgets` has no limit; what it spends is still counted.
    """
    communes = sorted({c.commune_id for c in costs if c.commune_id and c.amount}, key=str)
    if not communes:
        return set()
    rows = _locked(session, communes, _month(day))
    beyond: set[UUID] = set()
    for cost in costs:
        row = rows.get(cost.commune_id) if cost.commune_id else None
        if row is None:
            continue
        limit = budgets.get(row.commune_id)
        if limit is not None and row.spent + cost.amount > limit:
            beyond.add(cost.id)
        else:
            row.spent += cost.amount
    session.flush()
    return beyond


def give_back(session: orm.Session, messages: Iterable[Message]) -> None:
    """The money of messages that surely did not go."""
    by_month: dict[tuple[UUID, date], int] = defaultdict(int)
    for message in messages:
        if message.charge and message.commune_id and message.sent_on:
            by_month[message.commune_id, _month(message.sent_on)] += message.charge
        message.charge = 0
    _add(session, {key: -amount for key, amount in by_month.items()})


def corrected(session: orm.Session, message: Message, segments: int) -> None:
    """The provider counted other segments than we had: what it will ask is booked."""
    before = message.charge
    message.charge = before // max(message.segments, 1) * segments
    message.segments = segments
    if before and message.commune_id and message.sent_on:
        _add(session, {(message.commune_id, _month(message.sent_on)): message.charge - before})


def _add(session: orm.Session, amounts: Mapping[tuple[UUID, date], int]) -> None:
    for (commune_id, month), amount in sorted(amounts.items(), key=str):
        session.execute(
            sa.update(Spending)
            .where(Spending.commune_id == commune_id, Spending.month == month)
            .values(spent=Spending.spent + amount),
            execution_options={"synchronize_session": False},
        )


def _locked(session: orm.Session, communes: list[UUID], month: date) -> dict[UUID, Spending]:
    """Each commune's row of the month, made if need be, and nobody else's meanwhile."""
    session.connection().execute(
        inserting(session, Spending).on_conflict_do_nothing(),
        [{"commune_id": commune, "month": month, "spent": 0} for commune in communes],
    )
    found = session.scalars(
        sa.select(Spending)
        .where(Spending.commune_id.in_(communes), Spending.month == month)
        .order_by(Spending.commune_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.commune_id: row for row in found}


def inserting(session: orm.Session, model: type[Model]) -> Any:
    """An INSERT that can say what to do when the row is there, in the engine's own words."""
    engine = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return engine.insert(model.__table__)


def _month(day: date) -> date:
    return day.replace(day=1)
