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
    with _wiped(server) as url:
        yield url


@contextmanager
def empty(folder: Path, server: str | None) -> Iterator[str]:
    """URL of a database without a single table."""
    if server is None:
        yield f"sqlite:///{folder / 'empty.sqlite'}"
        return
    with _on_server(server) as url:
        yield url


#: Databases of this process that a test has left and that were wiped, with how often each was.
_free: list[tuple[str, int]] = []
#: Rows that were deleted leave holes, which every look at a table has to pass.
MOST_USES = 100


@contextmanager
def _wiped(server: str) -> Iterator[str]:
    """A database with nothing in it. Making one takes ten times as long as emptying one."""
    name, uses = _free.pop() if _free else (_created(server), 0)
    try:
        yield _url(server, name)
    finally:
        if uses < MOST_USES and _wipe(server, name):
            _free.append((name, uses + 1))
        else:
            _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def _created(server: str) -> str:
    name = f"outreach_{uuid.uuid4().hex[:12]}"
    _admin(server, f'CREATE DATABASE {name} TEMPLATE "{_postgresql_template(server)}"')
    return name


_WIPE = """
DO $$ DECLARE one text; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT quote_ident(tablename) FROM pg_tables
             WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
    IF filled THEN EXECUTE 'DELETE FROM ' || one; END IF;
  END LOOP;
END $$"""
#: Whatever a test may add to or take from the schema shows in one of these.
_SHAPE = """
SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_constraint),
       (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_attribute),
       (SELECT count(*) FROM pg_proc)"""


def _wipe(server: str, name: str) -> bool:
    """Empty every table; False when the test changed the schema, or left somebody connected."""
    engine = sa.create_engine(
        _url(server, name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    try:
        with engine.connect() as connection:
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            if connection.exec_driver_sql(others).scalar_one() > 1:
                return False
            if tuple(connection.exec_driver_sql(_SHAPE).one()) != _shape(server):
                return False
            connection.exec_driver_sql(_WIPE)
    except sa.exc.DBAPIError:
        return False
    return True


@functools.cache
def _shape(server: str) -> tuple[int, ...]:
    engine = sa.create_engine(_url(server, _postgresql_template(server)), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return tuple(connection.exec_driver_sql(_SHAPE).one())


@contextmanager
def _on_server(server: str) -> Iterator[str]:
    name = f"outreach_{uuid.uuid4().hex[:12]}"
    _admin(server, f"CREATE DATABASE {name}")
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
