"""What the scheduler runs for rounds: works on wishes to plan, one after another.

No transaction is open while the solver thinks, and it thinks in a process of its own. Killed at
any point, either the old plan stands or the new one; another worker takes the round over when
the lease has expired.
"""

from __future__ import annotations

import logging
import threading
import uuid
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.core import clock
from outreach.core.beside import Beside
from outreach.core.db import Database
from outreach.rounds import queries, services, solving
from outreach.rounds.models import Planning
from outreach.rounds.questions import Answer

log = logging.getLogger(__name__)

#: One round at a time in a process: the solver needs a whole processor. A proposal is small, and
#: somebody waits for it: it goes beside a round that is being planned.
_rounds, _proposals = Beside("planning"), Beside("proposing")
#: Seconds between two signs of life.
_BEAT_S = 1.0


def start_due(db: Database, zone: ZoneInfo) -> threading.Thread | None:
    """What the timetable calls: looks for wishes, and works on them beside it."""
    for proposals_only, beside in ((False, _rounds), (True, _proposals)):
        with db.transaction(read_only=True) as session:
            due = queries.is_planning_due(session, now=clock.now(), proposals_only=proposals_only)
        work = partial(plan_due, db, zone, proposals_only=proposals_only)
        if due and (thread := beside.start(work)) is not None:
            return thread
    return None


def plan_due(db: Database, zone: ZoneInfo, *, proposals_only: bool = False) -> int:
    """Plan every round that was asked for and that nobody works on; how many were stored."""
    worker = uuid.uuid4().hex
    stored = 0
    while (planning_id := _claimed(db, worker, proposals_only=proposals_only)) is not None:
        stored += _plan(db, planning_id, worker, zone)
    return stored


def _claimed(db: Database, worker: str, *, proposals_only: bool) -> UUID | None:
    with db.transaction() as session:
        return services.claim(
            session, worker=worker, now=clock.now(), proposals_only=proposals_only
        )


def _plan(db: Database, planning_id: UUID, worker: str, zone: ZoneInfo) -> bool:
    """Ask, think, store. False when the round was taken away, stopped or could not be solved."""
    with db.transaction(read_only=True) as session:
        asked = services.ask(session, planning_id, now=clock.now(), zone=zone)
    if asked is None:
        return False
    try:
        answer = _thought(db, asked, worker)
    except solving.Unsolved as problem:
        log.error("the solver broke: %s", problem)  # noqa: TRY400 - its own trace is on stderr
        _broke(db, planning_id, worker)
        return False
    if answer is None:
        return False
    with db.transaction() as session:
        return services.store(session, asked, answer, worker=worker, now=clock.now(), zone=zone)


def _thought(db: Database, asked: services.Asked, worker: str) -> Answer | None:
    """The answer, or None when the lease was lost meanwhile: the solver is stopped then."""

    def keep(news: solving.Told | None) -> bool:
        with db.transaction() as session:
            return services.beat(
                session,
                asked.planning_id,
                worker=worker,
                now=clock.now(),
                news=None if news is None else (news.percent, news.visits),
            )

    return solving.heard(solving.solve(asked.question), keep, every=_BEAT_S)


def _broke(db: Database, planning_id: UUID, worker: str) -> None:
    """Give up a round whose question the solver cannot answer."""
    with db.transaction() as session:
        planning = session.get(Planning, planning_id)
        if planning is not None and planning.leased_by == worker:
            services.fail(session, planning, "solver_broke", now=clock.now())
