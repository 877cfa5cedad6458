"""One table of a definition file: takes values out by kind and names the place of what is wrong."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from outreach.assistance.definitions import BadDefinition, Pillar, Status
from outreach.core.i18n import Both
from outreach.core.i18n import marked as _

E = TypeVar("E", bound=enum.StrEnum)
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: What people read on a button or in a list.
LONGEST_LABEL = 160


class Table:
    """One TOML table that knows where it is, and that every key in it was understood."""

    def __init__(self, place: str, values: object) -> None:
        if not isinstance(values, dict):
            raise BadDefinition(place, _("must be a table"))
        self.place, self.values = place, dict(values)

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        """The value, removed from the table; required when there is no default."""
        value = self.values.pop(key, default)
        if value is None:
            raise BadDefinition(f"{self.place}.{key}", _("is missing"))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadDefinition(
                f"{self.place}.{key}",
                _("must be %(kind)s, not %(value)s"),
                kind=kind.__name__,
                value=repr(value),
            )
        return value

    def text(self, key: str) -> str:
        value: str = self.take(key, str)
        if not value.strip():
            raise BadDefinition(f"{self.place}.{key}", _("is empty"))
        return value

    def label(self, key: str) -> str:
        """What people read, in one language as a message id or in both."""
        if key not in self.values:
            raise BadDefinition(f"{self.place}.{key}", _("is missing"))
        return as_label(f"{self.place}.{key}", self.values.pop(key))

    def labels(self, key: str) -> tuple[str, ...]:
        """A list of what people read."""
        values = self.take(key, list, [])
        found = tuple(as_label(f"{self.place}.{key}", value) for value in values)
        if len(set(found)) < len(found):
            raise BadDefinition(f"{self.place}.{key}", _("names something twice"))
        return found

    def code(self, key: str) -> str:
        value = self.text(key)
        if not CODE.fullmatch(value):
            raise _no_code(f"{self.place}.{key}")
        return value

    def number(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        value: int = self.take(key, int, default)
        if value < least:
            raise BadDefinition(f"{self.place}.{key}", _("must be at least %(least)s"), least=least)
        return value

    def flag(self, key: str) -> bool:
        return bool(self.take(key, bool, default=False))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise BadDefinition(f"{self.place}.{key}", _("must be a list of texts"))
        if len(set(values)) < len(values):
            raise BadDefinition(f"{self.place}.{key}", _("names something twice"))
        return tuple(values)

    def one_of(self, key: str, kind: type[E]) -> E:
        return as_member(f"{self.place}.{key}", self.take(key, str), kind)

    def known(self, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """Codes that must all be known."""
        found = self.texts(key)
        for code in found:
            if code not in known:
                raise BadDefinition(
                    f"{self.place}.{key}", _("there is no %(code)s"), code=repr(code)
                )
        return found

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        for code, values in self.take(key, dict, {}).items():
            if not CODE.fullmatch(code):
                raise _no_code(f"{self.place}.{key}.{code}")
            yield code, Table(f"{self.place}.{key}.{code}", values)

    def statuses(self, key: str) -> dict[Pillar, Status]:
        values = Table(f"{self.place}.{key}", self.take(key, dict, {})).values
        place = f"{self.place}.{key}"
        return {
            as_member(place, pillar, Pillar): as_member(f"{place}.{pillar}", status, Status)
            for pillar, status in values.items()
        }

    def done(self) -> None:
        """Raise when a key was not understood."""
        for key in self.values:
            raise BadDefinition(f"{self.place}.{key}", _("is not a known key"))


def as_member(place: str, value: object, kind: type[E]) -> E:
    try:
        return kind(str(value))
    except ValueError as error:
        choices = ", ".join(kind)
        message = _("%(value)s is not one of %(choices)s")
        raise BadDefinition(place, message, value=repr(value), choices=choices) from error


def as_label(place: str, value: object) -> str:
    """A message id, or what is said in both languages: `{ vi = "…", en = "…" }`."""
    if isinstance(value, dict):
        table = Table(place, value)
        vi = table.text("vi")
        en = table.text("en") if "en" in table.values else vi
        table.done()
        value = Both(en, vi)
    if not isinstance(value, str):
        raise BadDefinition(
            place, _("must be %(kind)s, not %(value)s"), kind="str", value=repr(value)
        )
    if not value.strip():
        raise BadDefinition(place, _("is empty"))
    if len(value) > LONGEST_LABEL:
        raise BadDefinition(place, _("is longer than %(most)s characters"), most=LONGEST_LABEL)
    return value


def _no_code(place: str) -> BadDefinition:
    return BadDefinition(
        place, _("is no code: small letters a-z, digits and _, at most 40, a letter first")
    )
