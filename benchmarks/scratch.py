"""A migrated SQLite database that is gone afterwards, and the factories to fill it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from outreach.core import migrate
from outreach.core.db import Database
from tests.factories import Make


@contextmanager
def database() -> Iterator[tuple[Database, Make]]:
    """A database in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/bench.sqlite")
        migrate.upgrade(db.engine)
        with db.sessions(expire_on_commit=False) as session:
            yield db, Make(session)
        db.dispose()
