"""Many cases moved to one state by an agency's list, in a few statements, and moved back.

Callers have checked every move. Clocks follow at the end, worked out from the steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.assistance import history
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Channel, Evidence, Step
from outreach.assistance.queries.needs import batches
from outreach.assistance.services import recomputing
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households.services.imports import bulk

_CASE, _STEP = cast("sa.Table", Case.__table__), cast("sa.Table", Step.__table__)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """As much of a case as a list needs."""

    id: UUID
    state: str | None
    evidence: Evidence | None
    variant: str | None
    stop_reason: str | None
    moved_at: datetime
    steps: int


@dataclass(frozen=True, slots=True)
class Target:
    """Whose case is to move: a resident's, or the home's as a whole."""

    household_id: UUID
    resident_id: UUID | None
    #: None: it has to be opened.
    case: CaseRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a list says of everybody on it."""

    id: UUID
    programme: str
    state: str
    variant: str | None
    happened_at: datetime


def cases_of(
    session: orm.Session, programme: str, column: sa.ColumnElement[UUID], ids: Collection[UUID]
) -> Iterator[tuple[UUID, CaseRow]]:
    """(resident or household, its case) for those who have one: one query for 10,000."""
    wanted = (Case.id, Case.state, Case.evidence, Case.variant, Case.stop_reason, Case.moved_at)
    for batch in batches(ids):
        rows = session.execute(
            sa.select(column, *wanted, Case.steps)
            .where(Case.programme == programme, column.in_(batch))
            .order_by(Case.dossier)
        )
        for row in rows:
            yield row[0], CaseRow(*row[1:])


def confirm_many(
    session: orm.Session, targets: Sequence[Target], batch: Batch, *, actor: User, now: datetime
) -> int:
    """Add a confirmed step to every case, opening those not there yet; how many were opened.

    Raises Conflict when somebody opened one of them in the same moment.
    """
    new = {id(one): uuid4() for one in targets if one.case is None}
    moved = [one for one in targets if one.case is not None]
    _lock(session, [one.case.id for one in moved if one.case])
    try:
        _open(session, [one for one in targets if one.case is None], new, batch)
        _move(session, moved, batch)
        _add_steps(session, targets, new, batch, actor=actor, now=now)
    except IntegrityError as error:
        raise Conflict(_("Somebody changed this meanwhile. Please look again.")) from error
    recomputing.again(
        session, [*new.values(), *(one.case.id for one in moved if one.case)], now=now
    )
    return len(new)


def _lock(session: orm.Session, ids: Collection[UUID]) -> None:
    for part in batches(ids):
        session.execute(sa.select(Case.id).where(Case.id.in_(part)).with_for_update()).all()


def _open(
    session: orm.Session, targets: Sequence[Target], ids: Mapping[int, UUID], batch: Batch
) -> None:
    rows = (
        (ids[id(one)].hex, one.household_id.hex, one.resident_id and one.resident_id.hex)
        for one in targets
    )
    bulk.insert(
        session,
        Case,
        ("id", "household_id", "resident_id"),
        rows,
        programme=batch.programme,
        dossier=1,
        opened_at=batch.happened_at,
        steps=1,
        typed={},
        **_after(batch, None),
    )


def _after(batch: Batch, case: CaseRow | None) -> dict[str, Any]:
    """What a case's row says once the list's step is its last."""
    state = programmes()[batch.programme].states[batch.state]
    stays = case is not None and case.state == batch.state
    moved_at = case.moved_at if case is not None and stays else batch.happened_at
    return {
        "state": batch.state,
        "evidence": Evidence.CONFIRMED,
        "variant": batch.variant or state.variant or (case.variant if case else None),
        "stop_reason": None,
        "moved_at": moved_at,
        "closed_at": moved_at if state.end else None,
    }


_UPDATE = (
    sa.update(_CASE)
    .where(_CASE.c.id == sa.bindparam("which"))
    .values(
        {
            name: sa.bindparam(name)
            for name in ("state", "evidence", "variant", "stop_reason", "moved_at", "closed_at")
        }
    )
)


def _move(session: orm.Session, targets: Sequence[Target], batch: Batch) -> None:
    values = [
        {"which": one.case.id, "count": one.case.steps + 1, **_after(batch, one.case)}
        for one in targets
        if one.case
    ]
    if values:
        counted = _UPDATE.values(steps=sa.bindparam("count"))
        session.connection().execute(counted, values)


def _add_steps(
    session: orm.Session,
    targets: Sequence[Target],
    new: Mapping[int, UUID],
    batch: Batch,
    *,
    actor: User,
    now: datetime,
) -> None:
    state = programmes()[batch.programme].states[batch.state]
    rows = (
        (
            uuid4().hex,
            (one.case.id if one.case else new[id(one)]).hex,
            one.case.steps + 1 if one.case else 1,
            one.case.state if one.case else None,
        )
        for one in targets
    )
    bulk.insert(
        session,
        Step,
        ("id", "case_id", "number", "from_state"),
        rows,
        to_state=batch.state,
        variant=batch.variant or state.variant,
        evidence=Evidence.CONFIRMED,
        channel=Channel.DESK,
        happened_at=batch.happened_at,
        recorded_at=now,
        actor_id=actor.id,
        batch_id=batch.id,
        note="",
        typed={},
        ticked=[],
    )


def undo_batch(session: orm.Session, batch_id: UUID, *, now: datetime) -> int:
    """Take back every step of a list; each case is where its other steps left it."""
    of_batch = sa.and_(_STEP.c.batch_id == batch_id, _STEP.c.undone_at.is_(None))
    ids = list(session.execute(sa.select(_STEP.c.case_id).where(of_batch)).scalars())
    _lock(session, ids)
    session.connection().execute(sa.update(_STEP).where(of_batch).values(undone_at=now))
    values = [
        {"which": case_id, **_as_left(programme, steps)}
        for case_id, programme, steps in _left(session, ids)
    ]
    if values:
        session.connection().execute(_UPDATE, values)
    recomputing.again(session, list(ids), now=now)
    return len(ids)


def _left(
    session: orm.Session, ids: Collection[UUID]
) -> Iterator[tuple[UUID, str, Iterable[sa.Row[Any]]]]:
    """Every case with its steps that were not taken back, in order; none for an empty one."""
    columns = ("to_state", "evidence", "variant", "stop_reason", "happened_at")
    held = sa.and_(_STEP.c.case_id == _CASE.c.id, _STEP.c.undone_at.is_(None))
    for part in batches(ids):
        rows = session.execute(
            sa.select(
                _CASE.c.id, _CASE.c.programme, _CASE.c.opened_at, *(_STEP.c[n] for n in columns)
            )
            .select_from(_CASE.outerjoin(_STEP, held))
            .where(_CASE.c.id.in_(part))
            .order_by(_CASE.c.id, _STEP.c.number)
        )
        for (case_id, programme), steps in groupby(rows, key=lambda row: (row[0], row[1])):
            yield case_id, programme, steps


def _as_left(programme: str, rows: Iterable[sa.Row[Any]]) -> dict[str, Any]:
    listed = list(rows)
    steps = [row for row in listed if row.to_state is not None]
    place = history.last(cast("list[Step]", steps))
    state = programmes()[programme].states.get(place.state or "")
    ended = place.stop_reason or (state is not None and state.end)
    return {
        "state": place.state,
        "evidence": place.evidence,
        "variant": place.variant,
        "stop_reason": place.stop_reason,
        "moved_at": place.moved_at or listed[0].opened_at,
        "closed_at": place.moved_at if ended else None,
    }
