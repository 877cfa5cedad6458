"""Definitions as values and as text: what a form changed is written as our own files are. Pure."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from outreach.core.i18n import gettext, speaking

Values = dict[str, Any]
#: Keys that hold what people read.
SAID = frozenset({"label", "checklist", "never_ask"})
#: Tables of the definition, in the order they are written.
TABLES = ("reasons", "variants", "clocks", "states", "fields")
_LONG = 100


def values_of(text: str) -> Values:
    """A definition's text as values, each label said in both languages."""
    return {key: _spelled(key, value) for key, value in tomllib.loads(text).items()}


def _spelled(key: str, value: Any) -> Any:
    """A label of one of our own files is a message id: say it as it is shown today."""
    if key in SAID:
        return [_both(one) for one in value] if isinstance(value, list) else _both(value)
    if key == "choices" and isinstance(value, dict):
        return {code: _both(label) for code, label in value.items()}
    if isinstance(value, dict):
        return {inner: _spelled(inner, part) for inner, part in value.items()}
    return value


def _both(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    with speaking("vi"):
        return {"vi": gettext(value), "en": value}


def spelled(text: str) -> str:
    """The text as it is, comments too, with each message id said in both languages."""
    for said in sorted(set(_ids(tomllib.loads(text))), key=len, reverse=True):
        text = text.replace(_value(said), _value(_both(said)))
    return text


def _ids(values: Mapping[str, Any]) -> Iterator[str]:
    """Labels that are message ids: with a space or a capital, as no code has."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _ids(value)
        elif key in SAID:
            each = value if isinstance(value, list) else [value]
            yield from (one for one in each if isinstance(one, str) and one != one.lower())


def written(values: Mapping[str, Any]) -> str:
    """TOML that reads as these values: plain keys first, then a table for each state and clock."""
    lines = [f"{key} = {_value(value)}" for key, value in values.items() if key not in TABLES]
    for name in TABLES:
        for code, table in values.get(name, {}).items():
            lines += ["", *_table(f"{name}.{code}", table)]
    return "\n".join(lines) + "\n"


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    choices = table.get("choices")
    for key, value in table.items():
        if key != "choices":
            yield f"{key} = {_value(value)}"
    if choices:
        yield from ("", f"[{name}.choices]")
        yield from (f"{code} = {_value(label)}" for code, label in choices.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_value(part)}" for key, part in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _list([_value(one) for one in value])
    # JSON's strings are TOML's, but for the characters it need not escape
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(parts: list[str]) -> str:
    line = f"[{', '.join(parts)}]"
    if len(line) <= _LONG:
        return line
    return "[\n" + "".join(f"  {part},\n" for part in parts) + "]"


def tidy(text: str) -> list[str]:
    """The lines of a definition in one way of writing, for comparing versions."""
    try:
        return written(values_of(text)).splitlines()
    except (tomllib.TOMLDecodeError, TypeError, AttributeError):
        return text.splitlines()
