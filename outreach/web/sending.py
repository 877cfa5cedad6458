"""`flask sender`: one more process that sends, for a night with many messages."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from outreach.messaging.channels.opening import open_channels
from outreach.notifications import jobs as notifications
from outreach.web.workers import working

#: Seconds between two looks at the queue while nothing is due.
PAUSE = 5.0


@click.command("sender")
@with_appcontext
def command() -> None:
    """Send messages that are due until stopped. Start as many as you like: they share the work."""
    with working() as (settings, db, stop):
        channels = open_channels(settings, db)
        while not stop.is_set():
            if not notifications.send(db, channels, settings):
                stop.wait(PAUSE)
