"""Cuts of many homes as rows that workers share: leased, beaten, kept whole or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit
from outreach.places.models import Area
from outreach.teams.models import Team
from outreach.turf import queries
from outreach.turf.cutting import Cut
from outreach.turf.models import CutState, Cutting
from outreach.turf.services.proposing import Wish, keep, task_of
from outreach.turf.tasks import Task, Trouble

#: A worker that said nothing for so long has lost its cut.
LEASE = timedelta(seconds=30)
#: What broke so often is given up.
ATTEMPTS = 3


def claim(session: orm.Session, *, worker: str, now: datetime) -> UUID | None:
    """Take the oldest cut that nobody works on; None when there is none."""
    while True:
        row = session.scalar(
            sa.select(Cutting)
            .where(queries.is_waiting(now))
            .order_by(Cutting.asked_at, Cutting.cut_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        if row.attempts < ATTEMPTS:
            break
        _give_up(session, row, Trouble.BROKE, now=now)
        session.flush()
    row.leased_by, row.leased_until = worker, now + LEASE
    row.attempts += 1
    return row.cut_id


def beat(session: orm.Session, cut_id: UUID, *, worker: str, now: datetime) -> bool:
    """Keep the lease; False when it was lost, or somebody gave the cut up."""
    done = session.execute(
        sa.update(Cutting)
        .where(Cutting.cut_id == cut_id, Cutting.leased_by == worker)
        .values(leased_until=now + LEASE)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def ask(session: orm.Session, cut_id: UUID, *, now: datetime, zone: ZoneInfo) -> Task | None:
    """What is to be worked out; None when somebody stopped it meanwhile. Reads only."""
    row = session.get(Cutting, cut_id)
    if row is None:
        return None
    team, wish = session.get_one(Team, row.cut.team_id), Wish.of(row)
    found = session.scalars(sa.select(Area).where(Area.id.in_(wish.area_ids)))
    order = {id_: n for n, id_ in enumerate(wish.area_ids)}
    areas = sorted(found, key=lambda area: order[area.id])
    return task_of(session, team, wish, areas, now=now, zone=zone)


def store(
    session: orm.Session, cut_id: UUID, made: Cut | Trouble, *, worker: str, now: datetime
) -> bool:
    """Keep it as the proposal, if it is still the worker's; all of it or nothing."""
    row = session.get(Cutting, cut_id, with_for_update=True)
    if row is None or row.leased_by != worker:
        return False
    if isinstance(made, Trouble):
        _give_up(session, row, made, now=now)
    else:
        keep(session, row.cut, made, now=now)
        session.delete(row)
    return True


def _give_up(session: orm.Session, row: Cutting, why: Trouble, *, now: datetime) -> None:
    """It came to nothing; everything stays as it is."""
    cut = row.cut
    session.delete(row)
    cut.state, cut.settled_at, cut.failure = CutState.DISCARDED, now, why.value
    audit.record(session, actor=None, action="turf.not_cut", subject=cut, now=now, why=why.value)
