"""`flask visits learn-walking`: what walks taught about alleys, at once instead of tonight."""

from __future__ import annotations

from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from outreach.core.db import Database
from outreach.visits.learning import learn_now

group = AppGroup("visits", help="What happened at the doors.")


@group.command("learn-walking")
def learn_walking() -> None:
    """Learn from logged visits how much longer than the straight line people walk, by area."""
    taught = learn_now(cast("Database", cast("Any", current_app).db))
    click.echo(f"{taught} communes and neighbourhoods have a factor of their own.")
