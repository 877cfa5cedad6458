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
from outreach.turf.models import CutState, TurfCut
from outreach.turf.services.proposing import Wish, keep, task_of
from outreach.turf.tasks import Task, Trouble

#: A worker that said nothing for so long has lost its cut.
LEASE = timedelta(seconds=30)
#: What broke so often is given up.
ATTEMPTS = 3


def claim(session: orm.Session, *, worker: str, now: datetime) -> UUID | None:
    """Take the oldest cut that nobody works on; None when there is none."""
    while True:
        cut = session.scalar(
            sa.select(TurfCut)
            .where(queries.is_waiting(now))
            .order_by(TurfCut.made_at, TurfCut.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if cut is None:
            return None
        if cut.attempts < ATTEMPTS:
            break
        give_up(session, cut, Trouble.BROKE, now=now)
        session.flush()
    cut.leased_by, cut.leased_until = worker, now + LEASE
    cut.attempts += 1
    return cut.id


def beat(session: orm.Session, cut_id: UUID, *, worker: str, now: datetime) -> bool:
    """Keep the lease; False when it was lost, or somebody gave the cut up."""
    done = session.execute(
        sa.update(TurfCut)
        .where(TurfCut.id == cut_id, TurfCut.leased_by == worker, TurfCut.state == CutState.ASKED)
        .values(leased_until=now + LEASE)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def ask(session: orm.Session, cut_id: UUID, *, now: datetime, zone: ZoneInfo) -> Task:
    """What is to be worked out. Reads only."""
    options = [orm.undefer(TurfCut.content)]
    cut = session.get_one(TurfCut, cut_id, options=options)
    team = session.get_one(Team, cut.team_id)
    wish = Wish.of(cut)
    found = session.scalars(sa.select(Area).where(Area.id.in_(wish.area_ids)))
    order = {id_: n for n, id_ in enumerate(wish.area_ids)}
    areas = sorted(found, key=lambda area: order[area.id])
    return task_of(session, team, wish, areas, now=now, zone=zone)


def store(
    session: orm.Session, cut_id: UUID, made: Cut | Trouble, *, worker: str, now: datetime
) -> bool:
    """Keep it as the proposal, if it is still the worker's; all of it or nothing."""
    cut = session.get(TurfCut, cut_id, with_for_update=True)
    if cut is None or cut.leased_by != worker or cut.state is not CutState.ASKED:
        return False
    if isinstance(made, Trouble):
        give_up(session, cut, made, now=now)
    else:
        keep(session, cut, made, now=now)
    return True


def give_up(session: orm.Session, cut: TurfCut, why: Trouble, *, now: datetime) -> None:
    """It came to nothing; everything stays as it is."""
    cut.state, cut.settled_at, cut.failure = CutState.DISCARDED, now, why.value
    cut.leased_by = cut.leased_until = None
    audit.record(session, actor=None, action="turf.not_cut", subject=cut, now=now, why=why.value)
