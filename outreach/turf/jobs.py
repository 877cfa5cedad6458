"""What workers do for turf: cuts of many homes, one after another, in a process of their own.

No transaction is open while it is worked out. Killed at any point, either the whole proposal is
there or none of it; another worker does it again when the lease has expired.
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
from outreach.core.failures import described
from outreach.turf import queries, services, thinking

log = logging.getLogger(__name__)

_beside = Beside("cutting turf")
#: Seconds between two signs of life.
_BEAT_S = 2.0


def start_due(db: Database, zone: ZoneInfo) -> threading.Thread | None:
    """What the timetable calls: looks for cuts that wait, and works on them beside it."""
    with db.transaction(read_only=True) as session:
        due = queries.is_cut_due(session, now=clock.now())
    return _beside.start(partial(cut_due, db, zone)) if due else None


def cut_due(db: Database, zone: ZoneInfo) -> int:
    """Work out every cut that nobody works on; how many were kept or given up."""
    worker = uuid.uuid4().hex
    ended = 0
    while (cut_id := _claimed(db, worker)) is not None:
        try:
            ended += _cut(db, cut_id, worker, zone)
        except Exception as error:  # noqa: BLE001 - begun again, and given up when it breaks again
            log.error("a cut failed: %s", described(error))  # noqa: TRY400 - no values in logs
    return ended


def _claimed(db: Database, worker: str) -> UUID | None:
    with db.transaction() as session:
        return services.claim(session, worker=worker, now=clock.now())


def _cut(db: Database, cut_id: UUID, worker: str, zone: ZoneInfo) -> bool:
    with db.transaction(read_only=True) as session:
        task = services.ask(session, cut_id, now=clock.now(), zone=zone)
    if task is None:
        return False

    def keep() -> bool:
        with db.transaction() as session:
            return services.beat(session, cut_id, worker=worker, now=clock.now())

    made = thinking.thought(task, keep, every=_BEAT_S)
    if made is None:
        return False
    with db.transaction() as session:
        return services.store(session, cut_id, made, worker=worker, now=clock.now())
