"""The timetable, on one screen, and the one leader who runs it.

APScheduler only ticks: jobs live in memory and find their own work in the database, so a missed
tick is made up by the next and two leaders would be waste, not a fault. Any number of processes
may run this; exactly one of them ticks.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler

from outreach.accounts import jobs as accounts
from outreach.assistance import jobs as assistance
from outreach.assistance.live import Live, with_definitions
from outreach.core import clock
from outreach.core.db import Database
from outreach.core.failures import described
from outreach.core.settings import Settings
from outreach.messaging import jobs as messaging
from outreach.messaging.channels.opening import open_channels
from outreach.nights import jobs as nights
from outreach.notifications import jobs as notifications
from outreach.rounds import jobs as rounds
from outreach.turf import jobs as turf
from outreach.visits import jobs as visits

log = logging.getLogger(__name__)

#: Any fixed number will do, as long as nothing else in the database locks it.
LOCK = 7308332001
#: Seconds between looks at the lock, by the leader and by those who wait.
POLL = 2.0

Job = Callable[[], object]


def timetable(settings: Settings, db: Database) -> list[tuple[str, float, Job]]:
    """(name, every so many seconds, what) of everything that runs by itself."""
    channels = open_channels(settings, db)
    return [
        ("plan rounds", 1, partial(rounds.start_due, db, settings.zone)),
        ("cut turf", 1, partial(turf.start_due, db, settings.zone)),
        ("begin the night", 60, partial(nights.begin_due, db, settings.zone)),
        ("work at night", 5, partial(nights.start_due, db, settings.zone)),
        ("reckon clocks", 30, partial(assistance.reckon, db)),
        ("count pillars", 30, partial(assistance.count_pillars, db)),
        ("plan reminders", 30, partial(notifications.plan_reminders, db, settings)),
        ("list calls", 60, partial(notifications.list_calls, db, settings)),
        ("send", 10, partial(notifications.send, db, channels, settings)),
        ("settle", 30, partial(messaging.settle, db, channels)),
        ("ask for news", 20, partial(messaging.ask_for_news, db, channels)),
        ("learn walking", 900, partial(visits.learn_walking, db, settings.zone)),
        ("forget failed sign-ins", 3600, lambda: accounts.prune_attempts(db, now=clock.now())),
    ]


def run(settings: Settings, db: Database, stop: threading.Event, *, poll: float = POLL) -> None:
    """Wait to become the leader, tick while leading, wait again when the lead is lost."""
    while not stop.is_set():
        lead = leadership(db)
        if not lead.take():
            stop.wait(poll)
            continue
        log.info("leading the scheduler (process %d)", os.getpid())
        ticker = _ticker(settings, db)
        ticker.start()
        try:
            while lead.holds() and not stop.is_set():
                stop.wait(poll)
        finally:
            # jobs that run finish first: what they claimed is recorded, not left to its lease
            ticker.shutdown(wait=True)
            lead.give_up()


def _ticker(settings: Settings, db: Database) -> BackgroundScheduler:
    ticker = BackgroundScheduler(
        timezone=settings.zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    live = Live(db)
    for name, seconds, job in timetable(settings, db):
        guarded = partial(_guarded, name, with_definitions(live, job))
        ticker.add_job(guarded, "interval", seconds=seconds, id=name, name=name)
    return ticker


def _guarded(name: str, job: Job) -> None:
    """A job that fails is tried at its next tick; the others go on."""
    try:
        job()
    except Exception as error:  # noqa: BLE001 - whatever it was, the other jobs go on
        log.error("the job %r failed: %s", name, described(error))  # noqa: TRY400 - no values


class Leadership(Protocol):
    """Held by one process at a time, and lost with it, however it ends."""

    def take(self) -> bool: ...
    def holds(self) -> bool: ...
    def give_up(self) -> None: ...


def leadership(db: Database) -> Leadership:
    """The lock that decides who ticks: in PostgreSQL, or a file beside the SQLite database."""
    path = db.engine.url.database
    if db.is_sqlite:
        assert path, "a database in memory has no second process"
        return FileLead(Path(f"{path}.scheduler"))
    return SessionLead(db.engine.url)


class FileLead:
    """A lock on a file: the kernel lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def holds(self) -> bool:
        return self._file is not None

    def give_up(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class SessionLead:
    """An advisory lock of a connection of our own: the server lets go of it with the connection."""

    def __init__(self, url: sa.URL) -> None:
        self._engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        self._connection: sa.Connection | None = None

    def take(self) -> bool:
        try:
            self._connection = self._engine.connect()
            won = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK)))
        except sa.exc.SQLAlchemyError as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            won = False
        if not won:
            self.give_up()
        return bool(won)

    def holds(self) -> bool:
        """Asks the server: a connection it has dropped no longer holds anything."""
        try:
            assert self._connection is not None
            self._connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError:
            log.warning("lost the connection that made this process the leader")
            return False
        return True

    def give_up(self) -> None:
        if self._connection is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._connection.close()
            self._connection = None
