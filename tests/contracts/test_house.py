"""Sizes and shapes the house keeps (design.md §2, §5)."""

from __future__ import annotations

from pathlib import Path

from outreach import schema
from outreach.core.db import Model

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300


def test_no_file_has_grown_past_its_room() -> None:
    files = [
        path
        for folder, pattern in (("outreach", "*.py"), ("tests", "*.py"), ("static", "*.js"))
        for path in (ROOT / folder).rglob(pattern)
        if "vendor" not in path.parts
    ]
    assert [p.name for p in files if len(p.read_text().splitlines()) > LIMIT] == []


def test_every_package_says_what_it_is_for() -> None:
    silent = [p for p in (ROOT / "outreach").rglob("*.py") if not p.read_text().startswith('"""')]
    assert silent == []


def test_every_table_is_known_to_the_schema() -> None:
    assert set(schema.metadata.tables) == set(Model.metadata.tables)
