"""Commands of the whole site: the database, demonstration data, the settings table."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from outreach.core import migrate
from outreach.core.settings import table
from outreach.web import demo

database = AppGroup("db", help="The database's shape.")


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database up to a REVISION."""
    migrate.upgrade(current_app.db.engine, revision)  # type: ignore[attr-defined]


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database down to a REVISION; `base` empties it."""
    migrate.downgrade(current_app.db.engine, revision)  # type: ignore[attr-defined]


@database.command("write")
@click.argument("message")
def write(message: str) -> None:
    """Write the next numbered script from what the models changed."""
    migrate.write(current_app.db.engine, message)  # type: ignore[attr-defined]


@click.command("settings")
def settings() -> None:
    """Print the settings as a Markdown table, for the README."""
    click.echo("| variable | default | what it is |\n|---|---|---|")
    for name, default, says in table():
        click.echo(f"| `{name}` | {f'`{default}`' if default else ''} | {says} |")


@click.command("demo")
def fill() -> None:
    """Fill an empty database with the demonstration commune and print its sign-ins."""
    shown = demo.fill_when_empty(current_app)  # type: ignore[arg-type]
    for account in shown:
        click.echo(f"{account.role:<14} {account.phone:<12} {account.password}   {account.name}")
    if not shown:
        raise click.ClickException("the database is not empty; nothing was changed")


def register(app: Flask) -> None:
    """Hook the commands into `flask`."""
    app.cli.add_command(database)
    app.cli.add_command(settings)
    app.cli.add_command(fill)
