"""Wordings with their versions and registrations, for the pages that write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Language
from outreach.messaging.segments import Measure, measure
from outreach.notifications.models import (
    Registration,
    RegistrationState,
    Wording,
    WordingState,
)
from outreach.notifications.texts import TEMPLATES, Template, digest, shipped
from outreach.places.models import Area


@dataclass(frozen=True, slots=True)
class Line:
    """One text in one language, as it is sent now."""

    template: Template
    language: Language
    text: str
    #: The office's own version; None: as it comes with the program.
    number: int | None
    cost: Measure
    registered: Mapping[str, RegistrationState]


def all_lines(session: orm.Session) -> dict[str, list[Line]]:
    """Every text in every language, by the text's name. Two statements."""
    own = {
        (row.template, row.language): row
        for row in session.scalars(sa.select(Wording).where(Wording.state == WordingState.IN_USE))
    }
    states: dict[str, dict[str, RegistrationState]] = {}
    for row in session.scalars(sa.select(Registration)):
        states.setdefault(row.digest, {})[row.channel] = row.state
    found: dict[str, list[Line]] = {}
    for template in TEMPLATES.values():
        for language in Language:
            wording = own.get((template.name, language))
            text = wording.text if wording else shipped(template.name, language)
            found.setdefault(template.name, []).append(
                Line(
                    template, language, text, wording.number if wording else None,
                    measure(template.longest(text, language)),
                    states.get(digest(text, language), {}),
                )
            )  # fmt: skip
    return found


def versions(session: orm.Session, template: str, language: Language) -> Sequence[Wording]:
    """Everything the office wrote for one text and language, newest first."""
    return session.scalars(
        sa.select(Wording)
        .where(Wording.template == template, Wording.language == language)
        .options(orm.joinedload(Wording.written_by))
        .order_by(Wording.number.desc())
    ).all()


def version(session: orm.Session, wording_id: UUID) -> Wording:
    """One of them, or `NotFound`."""
    found = session.get(Wording, wording_id)
    if found is None:
        raise NotFound(_("There is no such wording."))
    return found


def registrations(session: orm.Session, text: str, language: Language) -> dict[str, Registration]:
    """How far each channel is with exactly this text."""
    rows = session.scalars(
        sa.select(Registration).where(Registration.digest == digest(text, language))
    )
    return {row.channel: row for row in rows}


def hotlines(session: orm.Session, *others: str) -> frozenset[str]:
    """The digits of every ward's hotline, as they may be dialled: what a wording may name."""
    numbers = session.scalars(sa.select(Area.hotline).where(Area.hotline.is_not(None)))
    digits = {"".join(c for c in number or "" if c.isdigit()) for number in (*numbers, *others)}
    national = {f"0{number[2:]}" for number in digits if number.startswith("84")}
    return frozenset(filter(None, digits | national))
