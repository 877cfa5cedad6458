"""`flask sender`: one more process that sends, for a night with many messages."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from outreach.core import i18n
from outreach.messaging.channels.opening import open_channels
from outreach.notifications import jobs as notifications

#: Seconds between two looks at the queue while nothing is due.
PAUSE = 5.0


@click.command("sender")
@with_appcontext
def command() -> None:
    """Send messages that are due until stopped. Start as many as you like: they share the work."""
    app = current_app
    settings, db = app.settings, app.db  # type: ignore[attr-defined]
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    i18n.speak(i18n.DEFAULT)
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, leave)
    channels = open_channels(settings, db)
    while not stop.is_set():
        if not notifications.send(db, channels, settings):
            stop.wait(PAUSE)
    db.dispose()
