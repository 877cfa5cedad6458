"""Reads programme definitions and refuses those that would leave somebody stuck.

A file that cannot be used raises `BadDefinition`, which names the file and the key.
"""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from outreach.assistance.definitions import (
    BadDefinition,
    Pillar,
    Programme,
    Scope,
    State,
    Status,
    Variant,
)
from outreach.assistance.models import Evidence
from outreach.teams.models import Skill

E = TypeVar("E", bound=enum.StrEnum)
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
HERE = Path(__file__).resolve().parent
PROGRAMMES = HERE / "programmes"
STOP_REASONS = HERE / "stop_reasons.toml"


@cache
def programmes() -> Mapping[str, Programme]:
    """Every programme by its code, in the order of pages. Raises `BadDefinition`."""
    return read_folder(PROGRAMMES, stop_reasons())


@cache
def stop_reasons() -> Mapping[str, str]:
    """Why help may stop, for every programme: code -> label."""
    found = tomllib.loads(STOP_REASONS.read_text(encoding="utf-8"))
    return {
        code: Table(f"{STOP_REASONS.name}.{code}", one).text("label") for code, one in found.items()
    }


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


def read_folder(folder: Path, stop_reasons: Mapping[str, str]) -> dict[str, Programme]:
    """Every definition of a folder, by code, in the order of pages."""
    found = [read_file(path, stop_reasons) for path in sorted(folder.glob("*.toml"))]
    known = {one.code: one for one in sorted(found, key=lambda p: (p.position, p.code))}
    if len(known) < len(found):
        raise BadDefinition(f"{folder.name}: two files define the same programme")
    for programme in known.values():
        _check_references(programme, known)
    return known


def read_file(path: Path, stop_reasons: Mapping[str, str]) -> Programme:
    """One definition. Raises `BadDefinition`."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDefinition(f"{path.name}: {error}") from error
    table = Table(path.name, values)
    programme = _programme(table, stop_reasons)
    table.done()
    if programme.code != path.stem:
        raise BadDefinition(f"{path.name}.code: must be {path.stem!r}, the name of its file")
    for wrong in problems(programme):
        raise BadDefinition(f"{path.name}.{wrong}")
    return programme


def _programme(table: Table, stop_reasons: Mapping[str, str]) -> Programme:
    variants = {code: _variant(code, inner) for code, inner in table.tables("variants")}
    states = {code: _state(code, inner, variants) for code, inner in table.tables("states")}
    pillar = table.one_of("pillar", Pillar)
    return Programme(
        code=table.text("code"),
        version=table.number("version", least=1),
        position=table.number("position", 0),
        label=table.text("label"),
        scope=table.one_of("scope", Scope),
        pillar=pillar,
        min_age=table.number("min_age", 0),
        weight=table.number("weight"),
        service_minutes=table.number("service_minutes"),
        skill=table.one_of("skill", Skill) if "skill" in table.values else None,
        prerequisites=table.texts("prerequisites"),
        opens=table.known("opens", states),
        states=states,
        goals=frozenset(c for c, s in states.items() if s.counts.get(pillar) is Status.HAVE),
        variants=variants,
        stop_reasons=table.known("stop_reasons", stop_reasons),
        never_ask=table.texts("never_ask"),
    )


def _variant(code: str, table: Table) -> Variant:
    variant = Variant(
        code=code,
        label=table.text("label"),
        min_age=table.number("min_age", 0),
        at_most=table.statuses("at_most"),
        never_completes=frozenset(table.texts("never_completes")),
    )
    table.done()
    return variant


def _state(code: str, table: Table, variants: Mapping[str, Variant]) -> State:
    meant = table.text("variant") if "variant" in table.values else None
    if meant is not None and meant not in variants:
        raise BadDefinition(f"{table.place}.variant: there is no {meant!r}")
    evidence = tuple(
        as_member(f"{table.place}.evidence", value, Evidence) for value in table.texts("evidence")
    )
    state = State(
        code=code,
        label=table.text("label"),
        next=table.texts("next"),
        evidence=tuple(level for level in Evidence if level in evidence),
        counts=table.statuses("counts"),
        side=table.flag("side"),
        end=table.flag("end"),
        urgent=table.flag("urgent"),
        asks=table.flag("asks"),
        variant=meant,
        needs_skill=table.flag("needs_skill"),
    )
    table.done()
    return state


def problems(programme: Programme) -> Iterator[str]:
    """What would leave a case stuck or a page wrong, as `key: what is wrong`."""
    if not programme.opens:
        yield "opens: nobody could ever begin"
    if not programme.stop_reasons:
        yield "stop_reasons: nobody could ever stop"
    for state in programme.states.values():
        yield from (f"states.{state.code}.{wrong}" for wrong in _state_problems(programme, state))
    for code in sorted(programme.states.keys() - reachable(programme)):
        yield f"states.{code}: nothing leads to it"
    for code in sorted(reachable(programme) - _ending(programme)):
        yield f"states.{code}: no way from it to an end"


def _state_problems(programme: Programme, state: State) -> Iterator[str]:
    if not state.evidence:
        yield "evidence: names no evidence that is possible"
    if not state.next and not state.end:
        yield "next: leads nowhere and is no end"
    for code in state.next:
        if code not in programme.states:
            yield f"next: there is no state {code!r}"
    if state.asks and not programme.variants:
        yield "asks: there are no variants to choose from"
    if state.needs_skill and programme.skill is None:
        yield "needs_skill: the programme names no skill"
    if programme.pillar not in state.counts:
        yield f"counts.{programme.pillar}: is missing"


def reachable(programme: Programme) -> set[str]:
    """States that a case can come to."""
    seen: set[str] = set()
    todo = list(programme.opens)
    while todo:
        code = todo.pop()
        if code not in seen and code in programme.states:
            seen.add(code)
            todo += programme.states[code].next
    return seen


def _ending(programme: Programme) -> set[str]:
    """States from which an end can be reached."""
    ends = {code for code, state in programme.states.items() if state.end}
    while True:
        more = {c for c, s in programme.states.items() if not ends.isdisjoint(s.next)} - ends
        if not more:
            return ends
        ends |= more


def _check_references(programme: Programme, known: Mapping[str, Programme]) -> None:
    named = {*programme.prerequisites}.union(
        *(variant.never_completes for variant in programme.variants.values())
    )
    for code in sorted(named - known.keys()):
        raise BadDefinition(f"{programme.code}.toml: there is no programme {code!r}")
