"""What workers do at night: team after team, each a claimed row, a turf, a question, a plan.

No transaction is open while the planner thinks. A worker killed at any point leaves a lease that
expires; another does that team again, and what is stored is stored whole and once.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.core import clock
from outreach.core.beside import Beside
from outreach.core.db import Database
from outreach.core.errors import Refusal
from outreach.core.failures import described
from outreach.nights import queries, rules, services
from outreach.nights.models import Outcome, Run
from outreach.rounds import solving
from outreach.rounds.questions import Answer, Question
from outreach.teams.models import Team
from outreach.turf import services as turf

log = logging.getLogger(__name__)

#: One team at a time in a process: the planner needs a whole processor.
_beside = Beside("night")
#: Seconds between two signs of life.
_BEAT_S = 5.0


def begin_due(db: Database, zone: ZoneInfo) -> int:
    """What the timetable calls: at night, a row for every team; how many are new."""
    day = rules.day_to_plan(clock.now(), zone)
    return begin(db, day) if day is not None else 0


def begin(db: Database, day: date) -> int:
    """Begin the night that plans that day, whatever time it is."""
    with db.transaction() as session:
        return services.begin(session, day, now=clock.now())


def start_due(db: Database, zone: ZoneInfo) -> threading.Thread | None:
    """What the timetable calls: works on nights beside it, if any wait."""
    with db.transaction(read_only=True) as session:
        due = queries.is_due(session, now=clock.now())
    return _beside.start(partial(work_due, db, zone)) if due else None


def work_due(
    db: Database,
    zone: ZoneInfo,
    *,
    stop: Callable[[], bool] = lambda: False,
    most: int | None = None,
    thinker: solving.Thinker | None = None,
) -> int:
    """Work on nights that nobody works on until none is left; how many ended here.

    A `thinker` is the caller's to close.
    """
    worker = uuid.uuid4().hex
    mind = thinker or solving.Thinker()
    ended = begun = 0
    try:
        while not stop() and (most is None or begun < most):
            run_id = _claimed(db, worker)
            if run_id is None:
                break
            begun += 1
            ended += _tried(_Work(db, zone, worker, mind), run_id)
    finally:
        if thinker is None:
            mind.close()
    return ended


@dataclass(frozen=True, slots=True)
class _Work:
    """Who works, where, and with which planner."""

    db: Database
    zone: ZoneInfo
    worker: str
    thinker: solving.Thinker


def _claimed(db: Database, worker: str) -> UUID | None:
    with db.transaction() as session:
        return services.claim(session, worker=worker, now=clock.now())


def _tried(work: _Work, run_id: UUID) -> bool:
    try:
        return _team(work, run_id)
    except Exception as error:  # noqa: BLE001 - one team's trouble is not the others'
        log.error("a night failed: %s", described(error))  # noqa: TRY400 - no values in logs
        return False


def _team(work: _Work, run_id: UUID) -> bool:
    """One team's night. False when the lease was lost or it has to be done again."""
    db, zone, worker = work.db, work.zone, work.worker
    _refresh(work, run_id)
    with db.transaction(read_only=True) as session:
        asked = services.ask(session, run_id, now=clock.now(), zone=zone)
    if isinstance(asked, Outcome):
        with db.transaction() as session:
            return services.end(session, run_id, asked, worker=worker, now=clock.now())
    answer = _thought(work, asked.question, run_id)
    if answer is None:
        return False
    try:
        with db.transaction() as session:
            return services.store(session, asked, answer, worker=worker, now=clock.now(), zone=zone)
    except Refusal as refusal:  # somebody's hours or a neighbourhood changed meanwhile: ask again
        log.info("a plan no longer fits its team: %s", type(refusal).__name__)
        return False


def _refresh(work: _Work, run_id: UUID) -> None:
    """The team's turf kept whole; nobody waits while a ward of homes is looked at."""
    with work.db.transaction(read_only=True) as session:
        team_id = session.get_one(Run, run_id).team_id
        team = session.get_one(Team, team_id)
        known = turf.look(session, team, now=clock.now(), zone=work.zone)
    if known is None:
        return
    fresh = turf.counted(known)
    with work.db.transaction() as session:
        turf.put_in(session, session.get_one(Team, team_id), fresh, now=clock.now())


def _thought(work: _Work, question: Question, run_id: UUID) -> Answer | None:
    """The answer, or None when the lease was lost meanwhile: the planner is stopped then."""

    def keep(_news: solving.Told | None) -> bool:
        with work.db.transaction() as session:
            return services.beat(session, run_id, worker=work.worker, now=clock.now())

    return solving.heard(work.thinker.solve(question), keep, every=_BEAT_S)
