"""`flask rounds work` and `flask rounds night`: workers that share the planning of many teams."""

from __future__ import annotations

import threading
from functools import partial

import click
from flask.cli import with_appcontext

from outreach.assistance.live import Live, with_definitions
from outreach.core import clock
from outreach.core.days import day_bounds
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.nights import jobs, queries
from outreach.rounds import jobs as rounds_jobs
from outreach.rounds.cli import rounds
from outreach.rounds.solving import Thinker
from outreach.turf import jobs as turf_jobs
from outreach.web.workers import site, working

#: The group with what is added to it here.
__all__ = ["rounds"]


@rounds.command("night")
@with_appcontext
def night() -> None:
    """Begin the night that plans tomorrow now, for every team that wants it or has turf."""
    settings, db = site()
    tomorrow = day_bounds(clock.today(settings.zone), settings.zone)[1]
    count = jobs.begin(db, tomorrow.astimezone(settings.zone).date())
    click.echo(f"{count} team(s) wait for a worker.")


@rounds.command("work")
@click.option("--once", is_flag=True, help="End when no night is left, also with other workers.")
@with_appcontext
def work(*, once: bool) -> None:
    """Plan what was asked for and what nights want, until stopped. Start as many as you like."""
    with working() as (settings, db, stop):
        click.echo("Working until stopped." if not once else "Working until no night is left.")
        done = _until_stopped(settings, db, stop, once=once)
        click.echo(f"{done} team(s) done by this worker.")


def _until_stopped(settings: Settings, db: Database, stop: threading.Event, *, once: bool) -> int:
    live, done, thinker = Live(db), 0, Thinker()
    plan = with_definitions(live, partial(rounds_jobs.plan_due, db, settings.zone))
    cut = with_definitions(live, partial(turf_jobs.cut_due, db, settings.zone))
    one_night = with_definitions(
        live, partial(jobs.work_due, db, settings.zone, most=1, thinker=thinker)
    )
    try:
        while not stop.is_set():
            plan()  # what people wait for comes first
            cut()
            ended = one_night()
            done += ended
            if not ended and _pause(db, stop, once=once):
                break
    finally:
        thinker.close()
    return done


def _pause(db: Database, stop: threading.Event, *, once: bool) -> bool:
    """Wait a little for work; True when there will be none."""
    with db.transaction(read_only=True) as session:
        left = queries.is_left(session)
    if once and not left:
        return True
    stop.wait(0.5)
    return False
