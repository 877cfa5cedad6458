"""Learns from walks between logged visits; opens its own transactions, for a job or a command."""

from __future__ import annotations

from datetime import timedelta

from outreach.core import clock
from outreach.core.db import Database
from outreach.rounds import services as rounds
from outreach.visits.queries import trips

#: How far back walks are looked at: alleys change slowly, and half a year has rain and sun.
LOOKS_BACK = timedelta(days=182)


def learn_now(db: Database) -> int:
    """Learn from all walks of the last half year; how many areas have a factor now.

    Reading and storing are two transactions, so that nobody who writes waits for the reading.
    """
    now = clock.now()
    with db.transaction(read_only=True) as session:
        walked = trips.by_area(session, now - LOOKS_BACK)
    with db.transaction() as session:
        return rounds.learn_walking(session, walked, now=now)
