"""The programmes as they are defined now: what every rule, page and job asks.

The files of `programmes/` are where each programme begins; versions that an administrator stored
take their place. Edges (a request, a job, a command) say with `using` which definitions hold until
they are done; elsewhere the files hold. A definition that cannot be used raises `BadDefinition`,
which names the file and key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from outreach.assistance import reading
from outreach.assistance.definitions import BadDefinition, Programme
from outreach.assistance.soundness import problems
from outreach.assistance.tables import Table
from outreach.core.i18n import marked as _

HERE = Path(__file__).resolve().parent
PROGRAMMES = HERE / "programmes"
STOP_REASONS = HERE / "stop_reasons.toml"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every programme by its code in the order of pages, and what each was before."""

    programmes: Mapping[str, Programme]
    #: Earlier versions of each, the newest first.
    past: Mapping[str, tuple[Programme, ...]] = field(default_factory=dict)
    #: What each version in use was read from.
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Changes when any programme does: `bank_account:2,device_2g4g:1,…`."""
        return ",".join(f"{one.code}:{one.version}" for one in self.programmes.values())

    def version(self, code: str, number: int) -> Programme | None:
        """A programme as it was in one version."""
        known = self.programmes.get(code)
        found = (*((known,) if known else ()), *self.past.get(code, ()))
        return next((one for one in found if one.version == number), None)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of a programme's definition, as an administrator stored it."""

    code: str
    version: int
    text: str


_used: ContextVar[Catalogue | None] = ContextVar("definitions", default=None)


def current() -> Catalogue:
    """The definitions that hold here and now."""
    return _used.get() or built_in()


@contextmanager
def using(catalogue: Catalogue) -> Iterator[None]:
    """These definitions hold until the end of the block, and nowhere else."""
    token = _used.set(catalogue)
    try:
        yield
    finally:
        _used.reset(token)


def programmes() -> Mapping[str, Programme]:
    """Every programme by its code, in the order of pages."""
    return current().programmes


@cache
def built_in() -> Catalogue:
    """The definitions that came with the program. Raises `BadDefinition`."""
    found = read_folder(PROGRAMMES, stop_reasons())
    return Catalogue(found, texts={code: _file(code) for code in found})


def _file(code: str) -> str:
    return (PROGRAMMES / f"{code}.toml").read_text(encoding="utf-8")


@cache
def stop_reasons() -> Mapping[str, str]:
    """Why help may stop, for every programme: code -> label."""
    found = tomllib.loads(STOP_REASONS.read_text(encoding="utf-8"))
    return {
        code: Table(f"{STOP_REASONS.name}.{code}", one).label("label")
        for code, one in found.items()
    }


def composed(stored: Iterable[Stored]) -> Catalogue:
    """The files, each replaced by the newest stored version of it that can be read.

    A stored version was readable when it was stored; should a newer program refuse it, the one
    before it holds, so that nobody is locked out of every page.
    """
    base = built_in()
    programmes, past, texts = dict(base.programmes), dict(base.past), dict(base.texts)
    for one in sorted(stored, key=lambda row: (row.code, row.version)):
        try:
            found = read_text(one.code, one.text, stop_reasons())
        except BadDefinition:
            continue
        before = programmes.get(one.code)
        past[one.code] = (*((before,) if before else ()), *past.get(one.code, ()))
        programmes[one.code] = replace(found, version=one.version)
        texts[one.code] = one.text
    return Catalogue(in_order(programmes.values()), past, texts)


def in_order(found: Iterable[Programme]) -> dict[str, Programme]:
    """By code, in the order of pages."""
    return {one.code: one for one in sorted(found, key=lambda p: (p.position, p.code))}


def read_folder(folder: Path, stop_reasons: Mapping[str, str]) -> dict[str, Programme]:
    """Every definition of a folder, by code, in the order of pages."""
    found = [read_file(path, stop_reasons) for path in sorted(folder.glob("*.toml"))]
    known = in_order(found)
    for programme in known.values():
        check_references(programme, known, f"{programme.code}.toml")
    return known


def read_file(path: Path, stop_reasons: Mapping[str, str]) -> Programme:
    """One definition. Raises `BadDefinition`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadDefinition(path.name, _("is not text in UTF-8")) from error
    return read(path.name, path.stem, text, stop_reasons)


def read_text(code: str, text: str, stop_reasons: Mapping[str, str]) -> Programme:
    """One definition from its text. Raises `BadDefinition`, whose place begins with the code."""
    return _read_once(code, text, tuple(stop_reasons.items()))


@lru_cache(maxsize=512)  # versions never change, and each look at the database asks for all
def _read_once(code: str, text: str, reasons: tuple[tuple[str, str], ...]) -> Programme:
    return read(code, code, text, dict(reasons))


def read(source: str, code: str, text: str, stop_reasons: Mapping[str, str]) -> Programme:
    """The definition of `code`; `source` is what it is called when something is wrong."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(source, _("cannot be read: %(error)s"), error=str(error)) from error
    table = Table(source, values)
    programme = reading.programme(table, stop_reasons)
    table.done()
    if programme.code != code:
        raise BadDefinition(f"{source}.code", _("must be %(code)s"), code=repr(code))
    for wrong in problems(programme):
        raise BadDefinition(f"{source}.{wrong.key}", wrong.message, **wrong.values)
    return programme


def line_said(error: BadDefinition) -> int | None:
    """The line that the reader of TOML itself named, where it was it that could not go on."""
    found = re.search(r"at line (\d+)", str(error.values.get("error", "")))
    return int(found[1]) if found else None


def check_references(programme: Programme, known: Mapping[str, Programme], source: str) -> None:
    """Raise `BadDefinition` when it names a programme that is not there."""
    variants = programme.variants.values()
    named = [("prerequisites", code) for code in programme.prerequisites]
    named += [
        (f"variants.{variant.code}.never_completes", code)
        for variant in variants
        for code in sorted(variant.never_completes)
    ]
    for key, code in named:
        if code not in known:
            message = _("there is no programme %(code)s")
            raise BadDefinition(f"{source}.{key}", message, code=repr(code))
