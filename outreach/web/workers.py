"""What every command that works until it is told to stop begins with."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flask import current_app

from outreach.core import i18n
from outreach.core.db import Database
from outreach.core.settings import Settings


def site() -> tuple[Settings, Database]:
    """The running site's settings and database."""
    app = current_app
    return app.settings, app.db  # type: ignore[attr-defined]


@contextmanager
def working() -> Iterator[tuple[Settings, Database, threading.Event]]:
    """The same, and an event that SIGTERM and SIGINT set; the log speaks meanwhile."""
    settings, db = site()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    i18n.speak(i18n.DEFAULT)
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, leave)
    yield settings, db, stop
    db.dispose()
