"""What is asked of the database, for tests that hold a use to a budget of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.prepared import Prepared


@contextmanager
def sent(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement in order, those that go straight to the driver among them."""
    with _listening(engine, "") as seen:
        yield seen


@contextmanager
def reading(engine: sa.Engine) -> Iterator[list[str]]:
    """Those that only read."""
    with _listening(engine, ("SELECT", "WITH")) as seen:
        yield seen


@contextmanager
def _listening(engine: sa.Engine, starts: str | tuple[str, ...]) -> Iterator[list[str]]:
    seen: list[str] = []

    def keep(statement: str) -> None:
        # the look for new definitions: at most once a second in a process, whoever asks
        if "FROM assistance_definition" in statement:
            return
        if statement.lstrip().upper().startswith(starts):
            seen.append(statement)

    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        keep(statement)

    execute = Prepared._execute

    def prepared(self: Prepared, session: orm.Session, values: Mapping[str, Any]) -> Any:
        compiled, cursor = execute(self, session, values)
        keep(compiled.sql)
        return compiled, cursor

    sa.event.listen(engine, "before_cursor_execute", record)
    try:
        with patch.object(Prepared, "_execute", prepared):
            yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", record)
