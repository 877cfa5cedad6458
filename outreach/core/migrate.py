"""Runs the numbered scripts in `migrations/versions`, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Bring the database up to a revision. Several processes may call it at once."""
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: sa.Engine, to: str) -> None:
    """Take the database down to a revision (`base` empties it)."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), to)


def current(engine: sa.Engine) -> str | None:
    """The revision the database is at; None before the first."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """Every revision, oldest first."""
    scripts = ScriptDirectory(str(FOLDER)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def write(engine: sa.Engine, message: str) -> None:
    """Write the next numbered script from the difference between models and database."""
    with engine.begin() as connection:
        revision = f"{len(revisions()) + 1:04}"
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def check(engine: sa.Engine) -> None:
    """Raise when the models say something the migrations do not."""
    with engine.begin() as connection:
        command.check(_config(connection))


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only one migrator at a time has.

    SQLite rebuilds a table to change it, which foreign keys would not allow halfway: they are
    off meanwhile and checked before the commit.
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7308332000)")
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("the migration would leave rows that point nowhere")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
