"""`flask rounds work` and `flask rounds night`: workers that share the planning of many teams."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from outreach.assistance.live import Live, with_definitions
from outreach.core import clock, i18n
from outreach.core.days import day_bounds
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.nights import jobs, queries
from outreach.rounds import jobs as rounds_jobs
from outreach.rounds.cli import rounds

#: The group with what is added to it here.
__all__ = ["rounds"]


def _site() -> tuple[Settings, Database]:
    app = current_app
    return app.settings, app.db  # type: ignore[attr-defined]


@rounds.command("night")
@with_appcontext
def night() -> None:
    """Begin the night that plans tomorrow now, for every team that wants it or has turf."""
    settings, db = _site()
    tomorrow = day_bounds(clock.today(settings.zone), settings.zone)[1]
    count = jobs.begin(db, tomorrow.astimezone(settings.zone).date())
    click.echo(f"{count} team(s) wait for a worker.")


@rounds.command("work")
@click.option("--once", is_flag=True, help="End when no night is left, also with other workers.")
@with_appcontext
def work(*, once: bool) -> None:
    """Plan what was asked for and what nights want, until stopped. Start as many as you like."""
    settings, db = _site()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    i18n.speak(i18n.DEFAULT)
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, leave)
    click.echo("Working until stopped." if not once else "Working until no night is left.")
    done = _until_stopped(settings, db, stop, once=once)
    click.echo(f"{done} team(s) done by this worker.")
    db.dispose()


def _until_stopped(settings: Settings, db: Database, stop: threading.Event, *, once: bool) -> int:
    live, done = Live(db), 0
    plan = with_definitions(live, rounds_jobs.plan_due)
    one_night = with_definitions(live, jobs.work_due)
    while not stop.is_set():
        plan(db, settings.zone)  # what people wait for comes first
        ended = one_night(db, settings.zone, most=1)
        done += ended
        if ended:
            continue
        with db.transaction(read_only=True) as session:
            left = queries.is_left(session)
        if once and not left:
            break
        stop.wait(0.5)
    return done
