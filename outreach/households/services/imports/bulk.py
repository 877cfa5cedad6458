"""Many rows of one table in one statement, without the cost of an object or a dict per row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Model

_BATCH = 5_000


def insert(
    session: orm.Session,
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    **constants: object,
) -> int:
    """Insert rows given as plain values in the order of `columns`; the answer counts them.

    Values go to the driver as they are: text, numbers, booleans, None, and ids as hexadecimal.
    `constants` are the same for every row and may be of any type their columns take.
    """
    connection = session.connection()
    dialect = connection.dialect
    table = Model.metadata.tables[model.__tablename__]
    fixed = tuple(
        _to_driver(table.c[name].type, value, dialect) for name, value in constants.items()
    )
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in (*columns, *constants))
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * (len(columns) + len(fixed)))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    done, rest = 0, iter(rows)
    while batch := [(*row, *fixed) for row in islice(rest, _BATCH)]:
        connection.exec_driver_sql(statement, batch)
        done += len(batch)
    return done


def _to_driver(kind: sa.types.TypeEngine[Any], value: object, dialect: sa.Dialect) -> Any:
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process is not None and value is not None else value
