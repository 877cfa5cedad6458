"""`flask assistance recompute`: every case and clock once more from the steps."""

from __future__ import annotations

from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from outreach.assistance import catalogue, passes
from outreach.core.db import Database

group = AppGroup("assistance", help="Help given.")


@group.command("recompute")
@click.option("--check", is_flag=True, help="Only tell what is different; change nothing.")
def recompute(*, check: bool) -> None:
    """Work every case's state, evidence, variant and clocks out from its steps.

    Ends with status 1 when --check finds a difference.
    """
    app = cast("Any", current_app)
    with catalogue.using(app.definitions.now()):
        found = passes.recompute(cast("Database", app.db), write=not check)
    click.echo(f"{found.cases} cases, {found.steps} steps.")
    click.echo(f"{found.moved} cases and the clocks of {found.clocked} were different.")
    for column, count in sorted(found.columns.items()):
        click.echo(f"  {column}: {count}")
    if check and (found.moved or found.clocked):
        raise click.exceptions.Exit(1)
