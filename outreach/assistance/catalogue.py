"""Reads programme definitions and refuses those that would leave somebody stuck.

A file that cannot be used raises `BadDefinition`, which names the file and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from outreach.assistance import reading
from outreach.assistance.definitions import BadDefinition, Programme
from outreach.assistance.soundness import problems
from outreach.assistance.tables import Table

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
    programme = reading.programme(table, stop_reasons)
    table.done()
    if programme.code != path.stem:
        raise BadDefinition(f"{path.name}.code: must be {path.stem!r}, the name of its file")
    for wrong in problems(programme):
        raise BadDefinition(f"{path.name}.{wrong}")
    return programme


def _check_references(programme: Programme, known: Mapping[str, Programme]) -> None:
    named = {*programme.prerequisites}.union(
        *(variant.never_completes for variant in programme.variants.values())
    )
    for code in sorted(named - known.keys()):
        raise BadDefinition(f"{programme.code}.toml: there is no programme {code!r}")
