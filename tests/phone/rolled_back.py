"""A world that is put back after each history: hundreds of them need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from outreach.core.db import Session
from outreach.web import Outreach


class Killed(Exception):
    """The server dies before it commits."""


@contextmanager
def rolled_back(app: Outreach, dies: Callable[[], bool]) -> Iterator[None]:
    """Every transaction of the application is a savepoint in one that never commits."""
    usual = app.db.transaction
    with app.db.engine.connect() as connection, connection.begin() as outer:

        @contextmanager
        def transaction(*, read_only: bool = False) -> Iterator[Session]:
            nested = Session(
                connection,
                join_transaction_mode="create_savepoint",
                info={"zone": app.settings.zone},
            )
            with nested as session, session.begin():
                yield session
                session.flush()
                session.require_audit()
                if dies() and not read_only:
                    raise Killed

        app.db.transaction = transaction  # type: ignore[method-assign]
        try:
            yield
        finally:
            app.db.transaction = usual  # type: ignore[method-assign]
            outer.rollback()
