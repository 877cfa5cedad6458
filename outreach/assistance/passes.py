"""Passes over every case or area, one short transaction a batch: on demand, and by the clock."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from outreach.assistance.models import Reckoning
from outreach.assistance.services import counting, recomputing
from outreach.assistance.services.recomputing import Found
from outreach.core import clock, declared_days
from outreach.core.db import Database, zone_of

#: The one row of `Reckoning`.
_ONLY = 1
#: An area's pillars are counted again when they are so old…
STALE = timedelta(minutes=10)
#: …for so many seconds in a row, this many areas looked up at once.
BUDGET_S, AREAS_AT_ONCE = 2.0, 10


def reckon(db: Database) -> Found:
    """Work every clock out again when what they depend on has changed; else read one row.

    A pass that was cut off goes on where it was.
    """
    found = Found()
    with db.transaction(read_only=True) as session:
        digest = recomputing.digest(declared_days.overrides(session), zone_of(session).key)
        known = session.get(Reckoning, _ONLY)
        if known is not None and known.digest == digest and known.reached is None:
            return found
        same = known is not None and known.digest == digest
        reached = known.reached if same and known else None
    while True:
        batch = _batch(db, reached, digest)
        found.add(batch)
        reached = batch.reached
        if reached is None:
            return found


def _batch(db: Database, after: UUID | None, digest: str) -> Found:
    now = clock.now()
    with db.transaction() as session:
        batch = recomputing.recompute(session, after, now=now)
        row = session.get(Reckoning, _ONLY) or Reckoning(id=_ONLY)
        row.digest, row.reached, row.at = digest, batch.reached, now
        session.add(row)
        return batch


def recompute(db: Database, *, write: bool) -> Found:
    """Every case, from its steps; then every area's pillars, from its cases."""
    found, reached = Found(), None
    while True:
        with db.transaction(read_only=not write) as session:
            batch = recomputing.recompute(session, reached, now=clock.now(), write=write)
        found.add(batch)
        reached = batch.reached
        if reached is None:
            break
    if write:
        count_pillars(db, older=timedelta(), seconds=float("inf"))
    return found


def count_pillars(db: Database, *, older: timedelta = STALE, seconds: float = BUDGET_S) -> int:
    """Count areas whose figures are old, the oldest first, until the time is used up."""
    began, before, count = time.monotonic(), clock.now() - older, 0
    while time.monotonic() - began < seconds:
        now = clock.now()
        with db.transaction(read_only=True) as session:
            today = now.astimezone(zone_of(session)).date()
            areas = counting.areas_to_count(session, before, limit=AREAS_AT_ONCE)
            found = [counting.count_area(session, area_id, on=today) for area_id in areas]
        if not found:
            break
        with db.transaction() as session:
            for counted in found:
                counting.store(session, counted, now=now)
        count += len(found)
    return count
