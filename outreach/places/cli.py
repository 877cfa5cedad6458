"""`flask places`: the official lists, from files, without a network."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from outreach.core import clock
from outreach.core.db import Database
from outreach.core.errors import Refusal
from outreach.places import official, services

group = AppGroup("places", help="Provinces and communes from official lists.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_REFORM = "2025-07-01"
_DAY: Any = click.DateTime(formats=["%Y-%m-%d"])


def _db() -> Database:
    return cast("Database", cast("Any", current_app).db)


def _day(value: datetime) -> date:
    return value.date()


@group.command("import")
@click.argument("file", type=_FILE)
@click.option("--since", type=_DAY, default=_REFORM, help="The day the list took effect.")
@click.option("--close-many", is_flag=True, help="Believe a list that lacks many units.")
def import_official(file: Path, since: datetime, *, close_many: bool) -> None:
    """Bring the tree in line with the JSON list in FILE. Safe to repeat."""
    try:
        units = official.current(file)
        with _db().transaction() as session:
            done = services.import_official(
                session,
                units,
                since=_day(since),
                actor=None,
                now=clock.now(),
                close_many=close_many,
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"{len(units)} units: {done.added} added, {done.renamed} renamed, {done.closed} closed, "
        f"{done.reopened} reopened, {done.unchanged} unchanged."
    )


@group.command("succeed")
@click.argument("old_list", type=_FILE)
@click.argument("mapping", type=_FILE)
@click.argument("new_list", type=_FILE)
@click.option("--since", type=_DAY, default=_REFORM, help="The day the new units took over.")
@click.option("--known-since", type=_DAY, default="2020-01-01", help="Old units existed at least.")
def succeed(
    old_list: Path, mapping: Path, new_list: Path, since: datetime, known_since: datetime
) -> None:
    """Store the units of OLD_LIST as ended, with their successors by MAPPING. Safe to repeat.

    NEW_LIST is the list that `flask places import` read: the mapping names units by name.
    """
    try:
        old = official.legacy(old_list)
        moves, unknown = official.moves(mapping, old, official.current(new_list))
        with _db().transaction() as session:
            done = services.succeed(
                session,
                old,
                moves,
                known_since=_day(known_since),
                since=_day(since),
                actor=None,
                now=clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"{done.old_units} old units, {done.successions} successions stored; "
        f"{unknown + done.unplaced} lines of the mapping name units that no list has."
    )
