"""A night as rows that several workers share: begun once, leased, beaten, ended once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.nights import queries, rules
from outreach.nights.models import Outcome, Run

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def begin(session: orm.Session, day: date, *, now: datetime) -> int:
    """One row for every team whose night it is; how many. Running it again adds nothing."""
    rows = [
        {"id": uuid.uuid4(), "team_id": id_, "day": day, "asked_at": now, "attempts": 0,
         "facts": {}}
        for id_ in queries.to_begin(session, day)
    ]  # fmt: skip
    if not rows:
        return 0
    insert = _INSERT[session.get_bind().dialect.name](Run)
    made = insert.values(rows).on_conflict_do_nothing().returning(Run.id)
    return len(session.scalars(made).all())


def claim(session: orm.Session, *, worker: str, now: datetime) -> UUID | None:
    """Take the oldest night that nobody works on; None when there is none."""
    while True:
        run = session.scalar(
            sa.select(Run)
            .where(queries.is_waiting(now))
            .order_by(Run.asked_at, Run.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if run is None:
            return None
        if run.attempts < rules.ATTEMPTS:
            break
        run.ended_at, run.outcome = now, Outcome.BROKE
        session.flush()
    run.leased_by, run.leased_until = worker, now + rules.LEASE
    run.attempts += 1
    return run.id


def beat(session: orm.Session, run_id: UUID, *, worker: str, now: datetime) -> bool:
    """Keep the lease; False when it was lost."""
    done = session.execute(
        sa.update(Run)
        .where(Run.id == run_id, Run.leased_by == worker, Run.ended_at.is_(None))
        .values(leased_until=now + rules.LEASE)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def own(session: orm.Session, run_id: UUID, *, worker: str) -> Run | None:
    """The night, locked, while it is still the worker's."""
    run = session.get(Run, run_id, with_for_update=True)
    if run is None or run.leased_by != worker or run.ended_at is not None:
        return None
    return run


def end(
    session: orm.Session,
    run_id: UUID,
    outcome: Outcome,
    *,
    worker: str,
    now: datetime,
    **facts: int,
) -> bool:
    """Note what a night came to, if it is still the worker's."""
    run = own(session, run_id, worker=worker)
    if run is None:
        return False
    run.ended_at, run.outcome, run.facts = now, outcome, facts
    return True
