"""Worklists of deadlines: what is due soon, overdue, stuck. Read from an index, never counted out.

Pages go on from the last row shown, and counts stop at `MOST_COUNTED`: a ward of 50,000 homes takes
as long as one of 500.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import DayUnit, Owner
from outreach.assistance.models import Case, ClockKind, RunningClock
from outreach.households.models import Household, Resident
from outreach.places.models import Level

PAGE_SIZE = 30
#: More than this is told as "more than".
MOST_COUNTED = 100


class Listed(enum.StrEnum):
    """Which worklist."""

    SOON = "soon"
    OVERDUE = "overdue"
    STUCK = "stuck"


class Urgency(enum.StrEnum):
    """How a deadline stands on a day."""

    RUNS = "runs"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Mark:
    """The last row of a page: the next page begins after it."""

    due_on: date
    case_id: UUID
    code: str

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}.{self.case_id.hex}.{self.code}"

    @classmethod
    def read(cls, told: str) -> Mark | None:
        """From an address; None for what is no mark."""
        try:
            day, case_id, code = told.split(".")
            return cls(date.fromisoformat(day), UUID(case_id), code)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of which worklist."""

    listed: Listed = Listed.SOON
    programme: str = ""
    #: Only those whose turn it is.
    owner: Owner | None = None
    after: Mark | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline of a worklist with its case, home and resident."""

    clock: RunningClock
    urgency: Urgency
    #: Days until it is due; negative: days since.
    days: int
    #: The state that may be recorded because it was not kept.
    then: str | None

    @property
    def case(self) -> Case:
        return self.clock.case


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page, and where the next one begins."""

    rows: Sequence[Entry]
    next: Mark | None


def urgency(clock: RunningClock, today: date) -> Urgency:
    """How it stands today."""
    if clock.due_on < today:
        return Urgency.OVERDUE
    if clock.due_on == today:
        return Urgency.TODAY
    return Urgency.SOON if clock.warn_on <= today else Urgency.RUNS


def due(
    session: orm.Session,
    asked: Asked,
    *,
    today: date,
    actor: User,
    homes: sa.Select[UUID] | None = None,
) -> Worklist:
    """One page in the order of days: one query. `homes` narrows it further, to one's own."""
    chosen = _chosen(asked, today, actor, homes).options(
        orm.joinedload(RunningClock.case, innerjoin=True),
        orm.contains_eager(RunningClock.household).joinedload(Household.area, innerjoin=True),
        orm.contains_eager(RunningClock.resident),
    )
    if asked.after is not None:
        mark = asked.after
        chosen = chosen.where(
            RunningClock.due_on >= mark.due_on,
            sa.or_(
                RunningClock.due_on > mark.due_on,
                RunningClock.case_id > mark.case_id,
                sa.and_(RunningClock.case_id == mark.case_id, RunningClock.code > mark.code),
            ),
        )
    rows = session.scalars(
        chosen.order_by(RunningClock.due_on, RunningClock.case_id, RunningClock.code).limit(
            PAGE_SIZE + 1
        )
    ).all()
    shown = rows[:PAGE_SIZE]
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    return Worklist(
        [entry(one, today) for one in shown],
        Mark(last.due_on, last.case_id, last.code) if last else None,
    )


def entry(clock: RunningClock, today: date) -> Entry:
    """A deadline as a page shows it."""
    programme = programmes().get(clock.programme)
    known = programme.clocks.get(clock.code) if programme else None
    state = programme.states.get(clock.case.state or "") if programme else None
    late = clock.due_on < today
    then = known.then if known and late and state and known.then in state.next else None
    return Entry(clock, urgency(clock, today), (clock.due_on - today).days, then)


def counts(
    session: orm.Session,
    asked: Asked,
    *,
    today: date,
    actor: User,
    homes: sa.Select[UUID] | None = None,
) -> Mapping[Listed, int]:
    """How many are on each list, up to `MOST_COUNTED` and one more: one query."""
    columns = []
    for listed in Listed:
        part = Asked(listed, asked.programme, asked.owner)
        found = _chosen(part, today, actor, homes).with_only_columns(sa.literal(1))
        limited = found.limit(MOST_COUNTED + 1).subquery()
        counted = sa.select(sa.func.count()).select_from(limited)
        columns.append(counted.scalar_subquery().label(listed.value))
    row = session.execute(sa.select(*columns)).one()
    return {listed: row[number] for number, listed in enumerate(Listed)}


def _chosen(
    asked: Asked, today: date, actor: User, homes: sa.Select[UUID] | None
) -> sa.Select[RunningClock]:
    """Deadlines of people who still live in homes that are still there."""
    chosen = (
        sa.select(RunningClock)
        .join(RunningClock.household)
        .outerjoin(RunningClock.resident)
        .where(
            *_on_list(asked.listed, today),
            Household.archived_at.is_(None),
            Resident.left_at.is_(None),
        )
    )
    scope = _scope(actor)
    if scope is not None:
        chosen = chosen.where(scope)
    if homes is not None:
        chosen = chosen.where(RunningClock.household_id.in_(homes))
    if asked.programme:
        chosen = chosen.where(RunningClock.programme == asked.programme)
    if asked.owner:
        chosen = chosen.where(RunningClock.owner == asked.owner.value)
    return chosen


def _on_list(listed: Listed, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    if listed is Listed.STUCK:
        return (RunningClock.idle.is_(True), RunningClock.due_on <= today)
    if listed is Listed.OVERDUE:
        return (RunningClock.idle.is_(False), RunningClock.due_on < today)
    return (
        RunningClock.idle.is_(False),
        RunningClock.due_on.between(today, today + _furthest()),
        RunningClock.warn_on <= today,
    )


def _furthest() -> timedelta:
    """How far ahead something may be that a list shows: the longest warning, Tết in between."""
    found = [5]
    for programme in programmes().values():
        for clock in programme.clocks.values():
            working = clock.unit is DayUnit.WORKING
            found.append(clock.warn * 2 + 14 if working else clock.warn)
    return timedelta(days=max(found))


def _scope(actor: User) -> sa.ColumnElement[bool] | None:
    """The actor's areas. A ward is looked through by day; a neighbourhood has its own index.

    SQLite, which knows nothing of how many rows there are, would sort a whole ward by its areas'
    index: the column is hidden from it.
    """
    if actor.role is Role.ADMINISTRATOR:
        return None
    assert actor.area is not None
    if actor.area.level in {Level.NEIGHBOURHOOD, Level.CELL}:
        return RunningClock.area_id.in_(scopes.areas(actor))
    hidden = sa.func.coalesce(RunningClock.area_id, RunningClock.area_id)
    return hidden.in_(scopes.areas(actor))


def clocks_of(session: orm.Session, case: Case, *, today: date) -> list[Entry]:
    """The deadlines of one case, the nearest first; being idle is only told when it is stuck."""
    rows = session.scalars(
        sa.select(RunningClock)
        .where(RunningClock.case_id == case.id)
        .order_by(RunningClock.due_on, RunningClock.code)
    )
    found = [entry(row, today) for row in rows]
    return [one for one in found if not one.clock.idle or one.days <= 0]


def due_of_homes(
    session: orm.Session, household_ids: Collection[UUID], *, on: date
) -> dict[UUID, list[tuple[str, date]]]:
    """What is shown as due in each of these homes on a day: (programme, due day). One query."""
    left = sa.select(Resident.id).where(
        Resident.id == Case.resident_id, Resident.left_at.is_not(None)
    )
    rows: Any = session.execute(
        sa.select(RunningClock.household_id, RunningClock.programme, RunningClock.due_on)
        .join(Case, Case.id == RunningClock.case_id)
        .where(
            RunningClock.household_id.in_(household_ids),
            RunningClock.kind != ClockKind.IDLE,
            RunningClock.warn_on <= on,
            ~left.exists(),
        )
        .order_by(RunningClock.household_id, RunningClock.due_on, RunningClock.code)
    )
    found: dict[UUID, list[tuple[str, date]]] = {}
    for household, programme, due_on in rows:
        found.setdefault(household, []).append((programme, due_on))
    return found
