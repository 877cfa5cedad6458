"""The definitions that hold in one database, as one process knows them: for the edges.

A request, a job or a command takes `now()` once and uses that catalogue to its end. What another
process stored is known within `EVERY` seconds, for one count of few rows a second at most.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import sqlalchemy as sa

from outreach.assistance import catalogue
from outreach.assistance.catalogue import Catalogue
from outreach.assistance.queries import definitions
from outreach.core.db import Database

#: Seconds for which a process believes what it knows.
EVERY = 1.0
log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Live:
    """Reads stored definitions when there are more of them than the last time: rows are only added.

    One for an application or a scheduler, so that two databases in one process never mix.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._known: Catalogue | None = None
        self._count = 0
        self._asked = 0.0

    def now(self) -> Catalogue:
        """What holds now; the built-in definitions while the database cannot say."""
        known = self._known
        if known is not None and time.monotonic() - self._asked < EVERY:
            return known
        if not self._lock.acquire(blocking=known is None):
            return known or catalogue.built_in()  # another thread is looking
        try:
            self._look()
        finally:
            self._lock.release()
        return self._known or catalogue.built_in()

    def forget(self) -> None:
        """Look again at the next use: something was stored by this process."""
        self._asked = 0.0

    def _look(self) -> None:
        self._asked = time.monotonic()
        try:
            with self._db.transaction(read_only=True) as session:
                count = definitions.how_many(session)
                if self._known is None or count != self._count:
                    self._known = catalogue.composed(definitions.stored(session))
                    self._count = count
        except sa.exc.SQLAlchemyError as error:  # not migrated yet, or away: the files still hold
            log.warning("definitions could not be read: %s", type(error).__name__)
            self._known = self._known or catalogue.built_in()


def with_definitions(live: Live, function: Callable[P, T]) -> Callable[P, T]:
    """The function, called with the definitions of that moment."""

    @functools.wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        with catalogue.using(live.now()):
            return function(*args, **kwargs)

    return called
