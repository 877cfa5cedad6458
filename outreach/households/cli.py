"""`flask households import`: the same import as on the pages, for large lists."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.core import clock, phones
from outreach.core.db import Database
from outreach.core.errors import Refusal
from outreach.households.models import Import
from outreach.households.queries import imports as reads
from outreach.households.services import imports as services
from outreach.households.sheets.wording import REASONS
from outreach.places import queries as places

households = AppGroup("households", help="The register of homes.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20


@households.command("import")
@click.argument("file", type=_FILE)
@click.option("--area", required=True, help="Official code of the commune.")
@click.option("--as", "phone", help="Phone of the account that imports; else an administrator.")
@click.option("--sheet", default="", help="Which sheet, when not the first.")
@click.option("--add-areas", is_flag=True, help="Add neighbourhoods that only the sheet knows.")
@click.option("--dry-run", is_flag=True, help="Say what would be stored, and store nothing.")
def import_file(
    file: Path, area: str, phone: str | None, sheet: str, *, add_areas: bool, dry_run: bool
) -> None:
    """Import the homes of FILE (.xlsx, .xls, .ods, .csv) with the columns as they are guessed."""
    now = clock.now()
    database = cast("Database", cast("Any", current_app).db)
    try:
        with database.transaction() as session:
            actor = _actor(session, phone)
            row = _upload(session, file, area, actor, sheet)
            _report(session, row, _today(now))
            _stop_if(dry_run)
            choices = services.Choices(add_areas=add_areas)
            services.confirm(session, row.id, choices, today=_today(now), actor=actor, now=now)
            done = ", ".join(f"{count} {name}" for name, count in row.result.items())
            click.echo(f"Import {row.id}: {done}.")
    except _NothingStored:
        click.echo("Nothing was stored.")
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


class _NothingStored(Exception):
    """Rolls a dry run back."""


def _stop_if(dry: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if dry:
        raise _NothingStored


def _today(now: datetime) -> date:
    return now.astimezone(cast("Any", current_app).settings.zone).date()


def _actor(session: orm.Session, phone: str | None) -> User:
    """The account with this number; without one, whoever has been administrator longest."""
    query = sa.select(User).where(User.deactivated_at.is_(None)).order_by(User.created_at)
    if phone is None:
        query = query.where(User.role == Role.ADMINISTRATOR)
    else:
        number = phones.parse(phone)
        e164 = number.e164 if isinstance(number, phones.Phone) else ""
        query = query.where(User.phone == e164)
    actor = session.scalars(query.limit(1)).first()
    if actor is None:
        raise click.ClickException("There is no such account; name one with --as PHONE.")
    return actor


def _upload(session: orm.Session, file: Path, code: str, actor: User, sheet: str) -> Import:
    area = places.by_code(session, code)
    if area is None:
        raise click.ClickException(f"No area has the code {code}.")
    return services.upload(
        session,
        area.id,
        file.name,
        file.read_bytes(),
        actor=actor,
        now=clock.now(),
        sheet=sheet,
    )


def _report(session: orm.Session, row: Import, today: date) -> None:
    found = reads.preview(session, row, today=today)
    click.echo(
        f"{found.drafts.rows} rows: {len(found.drafts.homes)} homes, {found.people} people, "
        f"{found.phones} phones; {found.drafts.left_out} rows left out, "
        f"{len(found.duplicates)} likely duplicates, {len(found.unknown)} unknown areas."
    )
    for problem in found.drafts.problems[:_SHOWN]:
        click.echo(f"  row {problem.row}: {REASONS[problem.reason]}")
    if len(found.drafts.problems) > _SHOWN:
        click.echo(f"  … and {len(found.drafts.problems) - _SHOWN} more")
