"""Works every case out again from its steps, batch by batch, and says what was different.

Steps are the truth; a case's row and its clocks follow from them. After a definition or a declared
day has changed, after a restored backup or a defect of ours, this puts them right again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance import clocks, history
from outreach.assistance.catalogue import programmes
from outreach.assistance.clocks import Facts
from outreach.assistance.models import Case, RunningClock, Step
from outreach.assistance.queries.needs import batches
from outreach.assistance.services.clocking import replace_clocks, row_of
from outreach.core import audit, declared_days
from outreach.core.db import zone_of
from outreach.core.working_days import Overrides
from outreach.households.models import Household

#: Cases in one transaction: short enough that a phone's report does not wait for it.
AT_ONCE = 1000
_FIRST = UUID(int=0)
#: Says of a column with a case's id whether the case is one of those to look at.
Which = Callable[[Any], sa.ColumnElement[bool]]
#: The id as the driver gives it: making 600,000 UUIDs takes longer than reading their rows.
_RAW_CASE = sa.type_coerce(Step.case_id, sa.types.NullType()).label("case_id")
_STEP = (
    _RAW_CASE, Step.to_state, Step.evidence, Step.variant, Step.stop_reason, Step.happened_at,
)  # fmt: skip
_CASE = (
    sa.type_coerce(Case.id, sa.types.NullType()).label("raw_id"), Case.id, Case.programme,
    Case.household_id, Case.resident_id, Household.area_id,
    Case.state, Case.evidence, Case.variant, Case.stop_reason, Case.moved_at, Case.closed_at,
    Case.typed, Case.began,
    Case.seen_at,
)  # fmt: skip
#: What of a case's row follows from its steps.
FOLLOWS = (
    "state", "evidence", "variant", "stop_reason", "moved_at", "closed_at", "typed", "began",
    "seen_at",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What a pass came upon so far. `reached` is the last case of it, None at the end."""

    reached: UUID | None = None
    cases: int = 0
    steps: int = 0
    #: Cases whose row or whose clocks were not what their steps say.
    moved: int = 0
    clocked: int = 0
    #: How often each column was different.
    columns: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, batch: Found) -> None:
        """Count another batch in."""
        self.reached = batch.reached
        self.cases += batch.cases
        self.steps += batch.steps
        self.moved += batch.moved
        self.clocked += batch.clocked
        for name, count in batch.columns.items():
            self.columns[name] += count


def recompute(
    session: orm.Session, after: UUID | None, *, now: datetime, write: bool = True
) -> Found:
    """The next batch of cases after this one. Without `write` only told, nothing is locked."""
    wanted = (
        sa.select(*_CASE)
        .join(Household, Household.id == Case.household_id)
        .where(Case.id > (after or _FIRST))
        .order_by(Case.id)
        .limit(AT_ONCE)
    )
    if write:
        wanted = wanted.with_for_update(of=[Household, Case])
    rows = session.execute(wanted).all()
    if not rows:
        return Found()
    work = _Work(session, lambda column: column.between(rows[0].id, rows[-1].id))
    for row in rows:
        work.look(row)
    work.found.reached = rows[-1].id if len(rows) == AT_ONCE else None
    if write:
        work.write(now)
    return work.found


def again(session: orm.Session, case_ids: Sequence[UUID], *, now: datetime) -> None:
    """Work these cases out from their steps, in this transaction: many moved past `steps`."""
    for part in batches(case_ids):
        work = _Work(session, _among(part))
        chosen = sa.select(*_CASE).join(Household, Household.id == Case.household_id)
        for row in session.execute(chosen.where(Case.id.in_(part))):
            work.look(row)
        work.write(now)


def _among(ids: Sequence[UUID]) -> Which:
    return lambda column: column.in_(ids)


def _by_case(rows: Iterable[Any]) -> Mapping[Any, Sequence[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _steps(session: orm.Session, which: Which) -> Mapping[Any, Sequence[Any]]:
    """The steps that stand of these cases, in order, by the raw id of the case."""
    return _by_case(
        session.execute(
            sa.select(*_STEP)
            .where(which(Step.case_id), Step.undone_at.is_(None))
            .order_by(Step.case_id, Step.number)
        )
    )


def _typed(session: orm.Session, which: Which) -> Mapping[Any, Sequence[Any]]:
    """What was typed with them: few steps are, and only theirs is read as JSON."""
    return _by_case(
        session.execute(
            sa.select(_RAW_CASE, Step.typed)
            .where(
                which(Step.case_id),
                Step.undone_at.is_(None),
                sa.cast(Step.typed, sa.Text) != "{}",
            )
            .order_by(Step.case_id, Step.number)
        )
    )


def _clocks(session: orm.Session, which: Which) -> Mapping[Any, Sequence[Any]]:
    columns = sa.inspect(RunningClock).columns
    return _by_case(session.execute(sa.select(*columns).where(which(RunningClock.case_id))))


class _Work:
    """One batch: what it should be, beside what it is."""

    def __init__(self, session: orm.Session, which: Which) -> None:
        self._session = session
        self._steps, self._typed = _steps(session, which), _typed(session, which)
        self._stored = _clocks(session, which)
        self._zone, self._calendar = zone_of(session), declared_days.overrides(session)
        self._changed: list[dict[str, Any]] = []
        self._clocks: dict[UUID, list[dict[str, Any]]] = {}
        self.found = Found()

    def look(self, row: Any) -> None:
        """Compare one case and its clocks with its steps."""
        steps = self._steps.get(row.raw_id, ())
        self.found.cases += 1
        self.found.steps += len(steps)
        should = self._case(row, steps)
        different = [name for name in FOLLOWS if should[name] != getattr(row, name)]
        if different:
            self.found.moved += 1
            for name in different:
                self.found.columns[name] += 1
            self._changed.append({"b_id": row.id, **should})
        rows = self._rows(row, should)
        stored = sorted((one._asdict() for one in self._stored.get(row.id, ())), key=_code)
        if rows != stored:
            self.found.clocked += 1
            self._clocks[row.id] = rows

    def _case(self, row: Any, steps: Sequence[Any]) -> dict[str, Any]:
        place = history.last(steps)
        programme = programmes().get(row.programme)
        state = programme.find(place.state) if programme else None
        typed: dict[str, str] = {}
        for _case, told in self._typed.get(row.raw_id, ()):
            typed.update(told)
        ended = place.stop_reason or (state and state.end)
        return {
            "state": place.state,
            "evidence": place.evidence,
            "variant": place.variant,
            "stop_reason": place.stop_reason,
            "moved_at": place.moved_at or row.moved_at,
            "closed_at": place.moved_at if ended else None,
            "typed": typed,
            "began": clocks.began_after(programme, steps, self._zone) if programme else {},
            "seen_at": max((step.happened_at for step in steps), default=None),
        }

    def _rows(self, row: Any, should: Mapping[str, Any]) -> list[dict[str, Any]]:
        programme = programmes().get(row.programme)
        if programme is None:
            return []
        facts = Facts(
            should["state"], should["stop_reason"] is not None, should["typed"], should["began"],
            should["moved_at"], should["seen_at"],
        )  # fmt: skip
        found = clocks.running(programme, facts, zone=self._zone, calendar=self._calendar)
        return sorted((row_of(one, row, row.area_id) for one in found), key=_code)

    def write(self, now: datetime) -> None:
        """Put right what was different."""
        if self._changed:
            case = Case.__table__
            self._session.connection().execute(
                sa.update(case)  # type: ignore[arg-type]
                .where(case.c.id == sa.bindparam("b_id"))
                .values({name: sa.bindparam(name) for name in FOLLOWS}),
                self._changed,
            )
            audit.record(
                self._session, actor=None, action="assistance.recomputed", subject=Case, now=now,
                cases=len(self._changed), **self.found.columns,
            )  # fmt: skip
        if self._clocks:
            rows = [row for found in self._clocks.values() for row in found]
            replace_clocks(self._session, list(self._clocks), rows)


def _code(row: Mapping[str, Any]) -> str:
    return str(row["code"])


def digest(calendar: Overrides, zone: str) -> str:
    """Names everything that clocks are worked out from, steps left aside."""
    said = [zone, *(f"{day} {kind}" for day, kind in sorted(calendar.items()))]
    for programme in programmes().values():
        said.append(f"{programme.code} {programme.weight} {sorted(programme.goals)}")
        said += [
            f"{clock!r} {sorted(clock.states)}".replace(repr(clock.states), "")
            for clock in programme.clocks.values()
        ]
        said += [f"{s.code} {s.end} {s.urgent} {s.rung}" for s in programme.states.values()]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
