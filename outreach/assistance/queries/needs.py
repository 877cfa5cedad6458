"""What each home still needs, for planning; where the cases of many homes are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case
from outreach.assistance.priority import Cases, Home, Need, need
from outreach.assistance.queries.deadlines import due_of_homes
from outreach.assistance.rules import Standing
from outreach.households.models import Household, Resident

#: Ids in one statement: well below what either engine takes.
AT_ONCE = 10_000

#: (household, resident or None) -> where its cases are.
Standings = dict[tuple[UUID, UUID | None], list[Standing]]


def batches(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """Slices that one statement can take."""
    rest = iter(ids)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def standings(session: orm.Session, household_ids: Collection[UUID]) -> Standings:
    """Where every case of these homes is: one query for 10,000 homes."""
    found: Standings = defaultdict(list)
    for batch in batches(household_ids):
        rows = session.execute(
            sa.select(
                Case.household_id,
                Case.resident_id,
                Case.programme,
                Case.state,
                Case.evidence,
                Case.variant,
                Case.stop_reason,
            )
            .where(Case.household_id.in_(batch), Case.state.is_not(None), going_on())
            .order_by(Case.dossier.desc())
        )
        for household, resident, programme, state, evidence, variant, reason in rows:
            standing = Standing(programme, state, evidence, variant, stopped=reason is not None)
            found[household, resident].append(standing)
    return found


def going_on() -> sa.ColumnElement[bool]:
    """Of a programme that repeats, only what is not closed: the next one may begin."""
    repeated = [one.code for one in programmes().values() if one.repeats]
    return sa.or_(Case.programme.not_in(repeated), Case.closed_at.is_(None))


def needs(
    session: orm.Session, household_ids: Collection[UUID], *, on: date | None = None
) -> dict[UUID, Need]:
    """What each home still needs, for the planner: four queries for 10,000 homes.

    `on` is the day to count ages on; today when left out. Unknown ids are absent.
    """
    on = on or date.today()  # noqa: DTZ011 - only the year of it counts
    found: dict[UUID, Need] = {}
    for batch in batches(household_ids):
        cases, born = _cases_counted(session, batch), _born(session, batch)
        due = due_of_homes(session, batch, on=on)
        rows = session.execute(
            sa.select(Household.id, Household.circumstance, Household.needs_home_visit).where(
                Household.id.in_(batch)
            )
        )
        for id_, circumstance, needs_home_visit in rows:
            home = Home(circumstance, needs_home_visit, born[id_], cases[id_], due.get(id_, ()))
            found[id_] = need(home, on)
    return found


def _cases_counted(session: orm.Session, ids: Collection[UUID]) -> dict[UUID, list[Cases]]:
    """Cases of people who still live there and of homes as a whole, counted by place."""
    found: dict[UUID, list[Cases]] = defaultdict(list)
    stopped = Case.stop_reason.is_not(None)
    rows = session.execute(
        sa.select(Case.household_id, Case.programme, Case.state, stopped, sa.func.count())
        .outerjoin(Resident, Resident.id == Case.resident_id)
        .where(
            Case.household_id.in_(ids),
            Case.state.is_not(None),
            sa.or_(Case.resident_id.is_(None), Resident.left_at.is_(None)),
        )
        .group_by(Case.household_id, Case.programme, Case.state, stopped)
    )
    for household, programme, state, has_stopped, count in rows:
        found[household].append(Cases(programme, state or "", bool(has_stopped), count))
    return found


def _born(session: orm.Session, ids: Collection[UUID]) -> dict[UUID, list[tuple[int | None, int]]]:
    """How many of those who live there were born in which year."""
    found: dict[UUID, list[tuple[int | None, int]]] = defaultdict(list)
    rows = session.execute(
        sa.select(Resident.household_id, Resident.birth_year, sa.func.count())
        .where(Resident.household_id.in_(ids), Resident.left_at.is_(None))
        .group_by(Resident.household_id, Resident.birth_year)
    )
    for household, year, count in rows:
        found[household].append((year, count))
    return found
