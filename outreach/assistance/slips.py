"""What is typed from a slip, as it is kept: dates leniently, choices known, no secrets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from outreach.assistance.definitions import FieldKind, Programme, TypedField
from outreach.core import text
from outreach.core.i18n import gettext as _

LONGEST = 100
_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{2}|\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Unreadable(ValueError):
    """What was typed cannot be kept; the message is for people."""


def kept(programme: Programme, state: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Code of the field -> text as it is kept, dates as ISO; empty ones are left out.

    Fields that a step to that state does not ask for are left out too. Raises `Unreadable`.
    """
    asked = {one.code: one for one in programme.fields_of(state)}
    found = {}
    for code, raw in typed.items():
        value = text.clean(raw)
        if value and code in asked:
            found[code] = _read(asked[code], value)
    return found


def missing(programme: Programme, state: str, typed: Mapping[str, str]) -> list[TypedField]:
    """Required fields of a step to that state without a value."""
    return [f for f in programme.fields_of(state) if f.required and not typed.get(f.code)]


def unusual(field: TypedField, value: str) -> bool:
    """Whether it does not look as such values do: worth a second look, never a refusal."""
    return bool(field.usual) and bool(value) and re.fullmatch(field.usual or "", value) is None


def _read(field: TypedField, value: str) -> str:
    if field.kind is FieldKind.DATE:
        found = read_date(value)
        if found is None:
            says = _("“%(value)s” is no day. Write it as 27/11/2026.", value=value[:LONGEST])
            raise Unreadable(f"{_(field.label)}: {says}")
        return found.isoformat()
    if field.kind is FieldKind.CHOICE:
        if value not in field.choices:
            raise Unreadable(f"{_(field.label)}: {_('Please choose one from the list.')}")
        return value
    return _text(field, value)


def _text(field: TypedField, value: str) -> str:
    if len(value) > LONGEST:
        says = _("Please use at most %(max)d characters.", max=LONGEST)
        raise Unreadable(f"{_(field.label)}: {says}")
    # a number as the office writes it is no card's
    expected = bool(field.usual) and not unusual(field, value)
    if not expected and text.looks_secret(value):
        says = _("Please leave out numbers of cards, accounts and identity papers, and codes.")
        raise Unreadable(f"{_(field.label)}: {says}")
    return value


def read_date(value: str) -> date | None:
    """27/11/2026, 27-11-26, 27.11.2026 or 2026-11-27; None when it is no day."""
    if found := _ISO.fullmatch(value):
        year, month, day = map(int, found.groups())
    elif found := _DATE.fullmatch(value):
        day, month, year = map(int, found.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
