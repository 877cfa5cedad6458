"""`flask scheduler`: the process that runs what happens by itself."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from outreach import scheduler
from outreach.core import i18n


@click.command("scheduler")
@click.option("--parent", type=int, help="End when the process with this id, our parent, ends.")
@with_appcontext
def command(parent: int | None) -> None:
    """Run reminders, sending and planning until stopped. Start as many as you like: one leads."""
    app = current_app
    settings, db = app.settings, app.db  # type: ignore[attr-defined]
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    i18n.speak(i18n.DEFAULT)
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, leave)
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent, stop), daemon=True).start()
    scheduler.run(settings, db, stop)
    db.dispose()


def _end_with(parent: int, stop: threading.Event) -> None:
    """A killed site cannot say goodbye; its child would go on leading without it."""
    while os.getppid() == parent:
        if stop.wait(1):
            return
    stop.set()
