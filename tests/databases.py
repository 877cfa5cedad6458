"""Fresh databases for tests, copied from one that the migrations built once per run."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from outreach.core import migrate
from outreach.core.db import make_engine


@contextmanager
def fresh(folder: Path, server: str | None) -> Iterator[str]:
    """URL of an empty, migrated database: a file in `folder`, or one on `server`."""
    if server is None:
        path = folder / "test.sqlite"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    with _on_server(server, f' TEMPLATE "{_postgresql_template(server)}"') as url:
        yield url


@contextmanager
def empty(folder: Path, server: str | None) -> Iterator[str]:
    """URL of a database without a single table."""
    if server is None:
        yield f"sqlite:///{folder / 'empty.sqlite'}"
        return
    with _on_server(server, "") as url:
        yield url


@contextmanager
def _on_server(server: str, template: str) -> Iterator[str]:
    name = f"outreach_{uuid.uuid4().hex[:12]}"
    _admin(server, f"CREATE DATABASE {name}{template}")
    try:
        yield _url(server, name)
    finally:
        _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@functools.cache
def _sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="outreach-")) / "template.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with engine.connect() as connection:  # one file, without its write-ahead log beside it
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@functools.cache
def _postgresql_template(server: str) -> str:
    name = f"outreach_template_{os.getpid()}"
    _admin(server, f"DROP DATABASE IF EXISTS {name}")
    _admin(server, f"CREATE DATABASE {name}")
    engine = make_engine(_url(server, name))
    migrate.upgrade(engine)
    engine.dispose()
    return name


def _admin(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _url(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
