"""Whole groups of rows in one step of the database.

SQLite's driver hands over the interpreter for every row it reads or writes. While eight threads
talk to a provider, each hand-over waits for all of them; a group in one JSON value is one of them.
PostgreSQL's driver moves whole results, and gets the plain statements.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Self, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from outreach.messaging.models import Message, Status


class _Values(sa.types.TypeDecorator[Any]):
    """Many values as one parameter: a JSON text on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(self.kind))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return list(value)
        return json.dumps([one.hex if isinstance(one, UUID) else one for one in value])


class _Among(GenericFunction[bool]):
    """`among(column, values)`: IN, with a text that is the same for any number of values."""

    type = sa.Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: object = None) -> Self:
        """As it is: SQLAlchemy would compare it with 1, and SQLite then uses no index."""
        return self


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both compiled


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY({values})"


def among(
    column: orm.InstrumentedAttribute[Any] | sa.Column[Any], values: Iterable[Any]
) -> sa.ColumnElement[bool]:
    """The column is one of these."""
    return _Among(column, sa.bindparam(None, list(values), type_=_Values(column.type)))


def among_given(
    column: orm.InstrumentedAttribute[Any] | sa.Column[Any], name: str
) -> sa.ColumnElement[bool]:
    """The column is one of the values given under this name when the statement is run."""
    return _Among(column, sa.bindparam(name, type_=_Values(column.type)))


@lru_cache(maxsize=8)
def _in_one_value(statement: sa.Select[*tuple[Any, ...]]) -> tuple[sa.Select[Any], tuple[str, ...]]:
    rows = statement.subquery()
    names = tuple(rows.c.keys())
    cells = sa.func.json_array(*(sa.type_coerce(rows.c[name], sa.String) for name in names))
    return sa.select(sa.func.json_group_array(cells)), names


def read(
    session: orm.Session, statement: sa.Select[*tuple[Any, ...]], given: Mapping[str, object]
) -> Sequence[Any]:
    """The rows of a statement that is built once, with its columns as attributes."""
    if session.get_bind().dialect.name != "sqlite":
        return session.execute(statement, given).all()
    packed, names = _in_one_value(statement)
    found = json.loads(session.connection().execute(packed, given).scalar_one())
    readers = [_reader(session, statement.selected_columns[name].type) for name in names]
    return [
        SimpleNamespace(
            **{
                name: cell if reader is None or cell is None else reader(cell)
                for name, reader, cell in zip(names, readers, row, strict=True)
            }
        )
        for row in found
    ]


def _reader(session: orm.Session, kind: sa.types.TypeEngine[Any]) -> Any:
    dialect = session.get_bind().dialect
    return kind.dialect_impl(dialect).result_processor(dialect, None)


_TABLE = cast("sa.Table", Message.__table__)
_ALIKE: dict[str, Any] = {
    "status": Status.ACCEPTED,
    "reason": None,
    "error_code": None,
    "price": None,
    "currency": None,
    "accepted_at": sa.bindparam("now"),
    "due_at": sa.bindparam("ask"),
}
_ONE_BY_ONE = (
    sa.update(_TABLE)
    .where(_TABLE.c.id == sa.bindparam("row"))
    .values(**_ALIKE, provider_ref=sa.bindparam("ref"))
)
_PAIR = sa.func.json_each(sa.bindparam("pairs", type_=sa.String)).table_valued("value", name="pair")
_AT_ONCE = (
    sa.update(_TABLE)
    .where(_TABLE.c.id == sa.type_coerce(sa.func.json_extract(_PAIR.c.value, "$[0]"), sa.Uuid))
    .values(**_ALIKE, provider_ref=sa.func.json_extract(_PAIR.c.value, "$[1]"))
)


def accept(session: orm.Session, refs: Mapping[UUID, str], *, now: datetime, ask: datetime) -> None:
    """The provider took these, under these references; nothing else about them is known yet."""
    moments = {"now": now, "ask": ask}
    if session.get_bind().dialect.name == "sqlite":
        pairs = json.dumps([(message_id.hex, ref) for message_id, ref in refs.items()])
        session.connection().execute(_AT_ONCE, {"pairs": pairs, **moments})
        return
    told = [{"row": message_id, "ref": ref, **moments} for message_id, ref in refs.items()]
    session.connection().execute(_ONE_BY_ONE, told)
