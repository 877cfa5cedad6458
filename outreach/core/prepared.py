"""Statements asked with every request: compiled once for each engine, run at the driver.

SQLAlchemy's own execution costs more than such a statement takes to run. What it knows is kept: it
writes the SQL, and its types turn values into what the driver wants and back. Results are plain
tuples, errors are the driver's. Not for statements whose text depends on values, such as `IN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine import Dialect

Row = tuple[Any, ...]
Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One engine's text, and what is done to values on their way in and out."""

    sql: str
    #: Names in the order of the placeholders, or every name where the driver takes names.
    names: tuple[str, ...]
    positional: bool
    #: Values that stand in the statement itself, as the driver wants them.
    fixed: Mapping[str, Any]
    into: tuple[tuple[str, Change], ...]
    #: By place in the row; the other values are as the driver gives them.
    out: tuple[tuple[int, Change], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the driver takes. Raises KeyError for a value that is missing."""
        bound = {**self.fixed, **values}
        for name, change in self.into:
            bound[name] = change(bound[name])
        if self.positional:
            return [bound[name] for name in self.names]
        return {name: bound[name] for name in self.names}

    def row(self, values: Row) -> Row:
        changed = list(values)
        for place, change in self.out:
            changed[place] = change(changed[place])
        return tuple(changed)


class Prepared:
    """A statement with `bindparam`s, or one for each engine (by dialect name)."""

    def __init__(self, statement: sa.Executable | Mapping[str, sa.Executable]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: orm.Session, **values: Any) -> list[Row]:
        """Every row, each as a tuple of Python values."""
        compiled, cursor = self._execute(session, values)
        found = [compiled.row(row) for row in cursor.fetchall()]
        cursor.close()
        return found

    def peek(self, session: orm.Session, **values: Any) -> list[Row]:
        """Every row, as `rows` gives them, without beginning a transaction that may write.

        For what is asked before it is known whether and what will be written: where one writer
        makes the others wait, this does not. Answers what was committed last.
        """
        if not session.info.get("begins_late"):
            return self.rows(session, **values)
        engine = session.get_bind().engine
        compiled = self._for(engine.dialect)
        connection = engine.raw_connection()
        try:
            found = connection.cursor().execute(compiled.sql, compiled.parameters(values))
            return [compiled.row(row) for row in found.fetchall()]
        finally:
            connection.close()

    def run(self, session: orm.Session, **values: Any) -> int:
        """Execute what returns nothing; how many rows it touched."""
        _compiled, cursor = self._execute(session, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def _execute(self, session: orm.Session, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        connection = _connection(session)
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.parameters(values))
        return compiled, cursor

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        made: Any = self._statement
        if isinstance(made, Mapping):
            made = made[dialect.name]
        text = made.compile(dialect=dialect)
        assert "POSTCOMPILE" not in text.string, "the text depends on values"
        types = [column.type for column in getattr(made, "selected_columns", ())]
        into = {
            name: change
            for name in text.params
            if (change := text.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        }
        fixed = {name: value for name, value in text.params.items() if value is not None}
        return _Compiled(
            sql=text.string,
            names=tuple(text.positiontup if text.positional else text.params),
            positional=text.positional,
            fixed={name: into.get(name, _same)(value) for name, value in fixed.items()},
            into=tuple((name, change) for name, change in into.items() if name not in fixed),
            out=tuple(
                (place, change)
                for place, of in enumerate(types)
                if (change := of.dialect_impl(dialect).result_processor(dialect, None))
            ),
        )


def _connection(session: orm.Session) -> sa.Connection:
    """The session's own; asking it costs as much as a small statement, so it is asked once.

    Once for each savepoint too: the session sets one only when it is asked for its connection.
    """
    begun = session.get_nested_transaction() or session.get_transaction()
    of, known = session.info.get("connection", (None, None))
    if begun is None or of is not begun or known.closed:
        known = session.connection()
        session.info["connection"] = begun, known
    return cast("sa.Connection", known)


def _same(value: Any) -> Any:
    return value
