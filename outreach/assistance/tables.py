"""One table of a definition file: takes values out by kind and names the place of what is wrong."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from outreach.assistance.definitions import BadDefinition, Pillar, Status

E = TypeVar("E", bound=enum.StrEnum)
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Table:
    """One TOML table that knows where it is, and that every key in it was understood."""

    def __init__(self, place: str, values: object) -> None:
        if not isinstance(values, dict):
            raise BadDefinition(f"{place}: must be a table")
        self.place, self.values = place, dict(values)

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        """The value, removed from the table; required when there is no default."""
        value = self.values.pop(key, default)
        if value is None:
            raise BadDefinition(f"{self.place}.{key}: is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadDefinition(f"{self.place}.{key}: must be {kind.__name__}, not {value!r}")
        return value

    def text(self, key: str) -> str:
        value: str = self.take(key, str)
        if not value.strip():
            raise BadDefinition(f"{self.place}.{key}: is empty")
        return value

    def number(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        value: int = self.take(key, int, default)
        if value < least:
            raise BadDefinition(f"{self.place}.{key}: must be at least {least}")
        return value

    def flag(self, key: str) -> bool:
        return bool(self.take(key, bool, default=False))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise BadDefinition(f"{self.place}.{key}: must be a list of texts")
        if len(set(values)) < len(values):
            raise BadDefinition(f"{self.place}.{key}: names something twice")
        return tuple(values)

    def one_of(self, key: str, kind: type[E]) -> E:
        return as_member(f"{self.place}.{key}", self.take(key, str), kind)

    def known(self, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """Codes that must all be known."""
        found = self.texts(key)
        for code in found:
            if code not in known:
                raise BadDefinition(f"{self.place}.{key}: there is no {code!r}")
        return found

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        for code, values in self.take(key, dict, {}).items():
            if not CODE.fullmatch(code):
                raise BadDefinition(f"{self.place}.{key}.{code}: is no code")
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
            raise BadDefinition(f"{self.place}.{key}: is not a known key")


def as_member(place: str, value: object, kind: type[E]) -> E:
    try:
        return kind(str(value))
    except ValueError as error:
        choices = ", ".join(kind)
        raise BadDefinition(f"{place}: {value!r} is not one of {choices}") from error
