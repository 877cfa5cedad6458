"""The numbered scripts go up and down with rows in every table, on the engine under test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.core import migrate
from outreach.core.db import make_engine
from tests import databases

#: What a CHECK wants, where a value of the kind is not enough: a place is one thing alone.
EXACT: dict[str, dict[str, Any]] = {
    "stock_place": {"kind": "team", "area_id": None, "user_id": None, "household_id": None},
    "stock_device": {"kind": "old"},
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a database that no script has touched."""
    with databases.empty(tmp_path, os.environ.get("TEST_DATABASE_URL")) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def fill(engine: sa.Engine) -> int:
    """One row in every table, its foreign keys satisfied; how many tables."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    ids: dict[str, dict[str, Any]] = {}
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            if connection.execute(sa.select(table).limit(1)).first() is None:
                row = {c.name: value(c, ids, table.name) for c in table.columns}
                row |= EXACT.get(table.name, {})
                connection.execute(table.insert().values(row))
            first = connection.execute(sa.select(table)).mappings().first()
            assert first is not None
            ids[table.name] = dict(first)
    return len(ids)


def value(column: sa.Column[Any], rows: dict[str, dict[str, Any]], table: str) -> Any:
    """Something the column takes: the row it points to, or a value of its kind."""
    # a key into its own table that may not be empty: this row is the first
    others = (k for k in column.foreign_keys if column.nullable or k.column.table.name != table)
    for key in others:
        other = rows.get(key.column.table.name)
        return other[key.column.name] if other else None
    special = {"role": "administrator", "starts": 480, "ends": 690, "level": "commune"}
    if column.name in special and not isinstance(column.type, sa.DateTime):
        return special[column.name]
    if column.name == "ends_at":
        return datetime(2026, 11, 21, 3, tzinfo=UTC).replace(tzinfo=None)
    kinds: list[tuple[type[Any], Any]] = [
        (sa.Uuid, uuid.uuid4()),
        (sa.Boolean, False),
        (sa.DateTime, datetime(2026, 11, 21, 2)),  # noqa: DTZ001 - as the database holds it
        (sa.Date, date(2026, 11, 21)),
        (sa.JSON, {}),
        (sa.LargeBinary, b"x"),
        (sa.Integer, 1),
        (sa.Numeric, 1),
        (sa.Double, 1),
        (sa.REAL, 1),
        (sa.Float, 1),
    ]
    if column.type.python_type is str and getattr(column.type, "length", None) == 32:
        return uuid.uuid4().hex if column.name.endswith("id") else "none"
    for kind, found in kinds:
        if isinstance(column.type, kind):
            return 2000 if column.name == "birth_year" else found
    return f"x{column.name}"[:4]


def test_each_script_goes_up_and_down_with_rows_in_every_table(engine: sa.Engine) -> None:
    before = None
    for revision in migrate.revisions():
        migrate.upgrade(engine, revision)
        assert fill(engine) > 0
        migrate.downgrade(engine, before or "base")
        assert migrate.current(engine) == before
        migrate.upgrade(engine, revision)
        before = revision
    fill(engine)
    for revision in [*migrate.revisions()[:-1][::-1], "base"]:
        migrate.downgrade(engine, revision)
    left = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    assert left == set()


def test_two_processes_may_migrate_at_once(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.revisions()[-1]
    migrate.check(engine)
