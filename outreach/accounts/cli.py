"""`flask accounts …`: the first administrator, and the way back in for somebody locked out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn

import click
import sqlalchemy as sa
from flask import current_app, url_for
from flask.cli import AppGroup

from outreach.accounts import queries, services
from outreach.accounts.models import Role
from outreach.core import clock, i18n, phones
from outreach.core.db import Database, Session
from outreach.core.errors import Refusal
from outreach.places.models import Area

accounts = AppGroup("accounts", help="People who sign in.")


@accounts.command("add")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--phone", required=True, help="In any writing; they sign in with it.")
@click.option("--name", required=True, help="Family, middle and given name.")
@click.option(
    "--area", "code", help="Official code of the commune or province; not for administrators."
)
def add(role: str, phone: str, name: str, code: str | None) -> None:
    """Make an account and print its invitation."""
    number, now = _number(phone), clock.now()
    with _writing() as session:
        area = _area(session, code)
        area_id = None if area is None else area.id
        person = services.Person(" ".join(name.split()), number, Role(role), area_id)
        user = services.add(session, person, actor=None, now=now)
        shown = _shown(services.invite(session, user, actor=None, now=now))
    click.echo(shown)


@accounts.command("reset")
@click.argument("phone")
def reset(phone: str) -> None:
    """Print a new invitation for the account with this PHONE; the old password works until then."""
    with _writing() as session:
        user = queries.user_by_phone(session, _number(phone))
        if user is None:
            _fail("No account has this phone number.")
        shown = _shown(services.invite(session, user, actor=None, now=clock.now()))
    click.echo(shown)


@contextmanager
def _writing() -> Iterator[Session]:
    """A transaction whose refusals are shown in English, as the rest of the command line."""
    db: Database = current_app.db  # type: ignore[attr-defined]
    with i18n.speaking("en"):
        try:
            with db.transaction() as session:
                yield session
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal


def _number(text: str) -> str:
    number = phones.parse(text)
    if isinstance(number, phones.Refused):
        _fail(f"{text!r} is no phone number ({number.value.replace('_', ' ')}).")
    return number.e164


def _area(session: Session, code: str | None) -> Area | None:
    if code is None:
        return None
    found = session.scalar(sa.select(Area).where(Area.code == code, Area.valid_to.is_(None)))
    if found is None:
        _fail(f"No living area has the code {code!r}. Areas come from `flask places import`.")
    return found


def _shown(issued: services.Issued) -> str:
    base = current_app.settings.public_url  # type: ignore[attr-defined]
    base = base or f"http://localhost:{os.environ.get('PORT', '8000')}"
    with current_app.test_request_context(base_url=base):
        link = url_for("accounts.invitation", token=issued.token, _external=True)
    until: datetime = issued.invitation.expires_at
    return f"link   {link}\nPIN    {issued.pin}\nuntil  {until:%Y-%m-%d %H:%M} UTC, once"


def _fail(message: str) -> NoReturn:
    raise click.ClickException(message)
