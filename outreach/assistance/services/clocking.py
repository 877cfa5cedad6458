"""Keeps the rows of running clocks in step with their cases, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance import clocks
from outreach.assistance.catalogue import programmes
from outreach.assistance.clocks import Facts
from outreach.assistance.models import Case, ClockKind, RunningClock
from outreach.core import declared_days
from outreach.core.db import zone_of
from outreach.core.working_days import Overrides
from outreach.households.models import Household


def keep_clocks(session: orm.Session, cases: Collection[Case]) -> None:
    """Write the deadlines of these cases anew; they and their homes must be in the database."""
    if not cases:
        return
    calendar = declared_days.overrides(session)
    areas = areas_of(session, {case.household_id for case in cases})
    replace_clocks(
        session,
        [case.id for case in cases],
        [row for case in cases for row in rows_of(session, case, areas, calendar)],
    )


def rows_of(
    session: orm.Session, case: Case, areas: Mapping[UUID, UUID], calendar: Overrides
) -> Iterable[dict[str, Any]]:
    """The rows of one case's deadlines."""
    facts = Facts(
        case.state,
        case.stop_reason is not None,
        case.typed or {},
        case.began or {},
        case.moved_at,
        case.seen_at,
    )
    programme = programmes().get(case.programme)
    found = (
        clocks.running(programme, facts, zone=zone_of(session), calendar=calendar)
        if programme
        else ()
    )
    for one in found:
        yield row_of(one, case, areas[case.household_id])


def row_of(one: clocks.Running, case: Any, area_id: UUID) -> dict[str, Any]:
    """A deadline as the table holds it; `case` is a case, or a row with the same names."""
    return {
        "case_id": case.id,
        "code": one.code,
        "kind": one.kind,
        "idle": one.kind is ClockKind.IDLE,
        "household_id": case.household_id,
        "area_id": area_id,
        "resident_id": case.resident_id,
        "programme": case.programme,
        "owner": one.owner.value,
        "starts_on": one.starts_on,
        "warn_on": one.warn_on,
        "due_on": one.due_on,
    }


def areas_of(session: orm.Session, household_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Where these homes are: one query."""
    rows = session.execute(
        sa.select(Household.id, Household.area_id).where(Household.id.in_(household_ids))
    )
    return {row.id: row.area_id for row in rows}


def replace_clocks(
    session: orm.Session, case_ids: Collection[UUID], rows: Collection[Mapping[str, Any]]
) -> None:
    """These rows instead of whatever these cases had."""
    session.execute(
        sa.delete(RunningClock)
        .where(RunningClock.case_id.in_(case_ids))
        .execution_options(synchronize_session=False)
    )
    if rows:
        session.execute(sa.insert(RunningClock), list(rows))
