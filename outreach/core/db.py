"""SQLAlchemy, wired once: the declarative base, shared column types, sessions and transactions."""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from outreach.core.turns import Own, Turn

Id = Annotated[uuid.UUID, orm.mapped_column(primary_key=True, default=uuid.uuid4)]

#: Where the teams work, unless the settings say otherwise.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

#: Text compared byte by byte on both engines: sort and search keys, paths, codes.
Key = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
SortKey = Annotated[str, orm.mapped_column(Key)]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database, on every engine."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: take `now` from outreach.core.clock")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Model(orm.DeclarativeBase):
    """Base of every table. Names are fixed so that migrations are stable on both engines."""

    #: False for bookkeeping whose every change would only be noise in the audit trail.
    __audited__: ClassVar[bool] = True

    metadata: ClassVar[sa.MetaData] = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        # enums are stored by value, as text, so a new member needs no migration on either engine
        enum.StrEnum: sa.Enum(
            enum.StrEnum,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


M = TypeVar("M", bound=Model)


class UnauditedWrite(RuntimeError):
    """A transaction changed an audited table and recorded nothing: a defect of ours."""


class HasId(Protocol):
    """Whoever acts, as far as the platform needs to know."""

    @property
    def id(self) -> uuid.UUID: ...


class Session(orm.Session):
    """A session that remembers whether it wrote, and whether it said so."""

    def require_audit(self) -> None:
        """Raise `UnauditedWrite` when something audited was changed without an entry."""
        if (wrote := self.info.get("wrote")) and not self.info.get("audited"):
            raise UnauditedWrite(f"{wrote} changed without an audit entry")


def zone_of(session: orm.Session) -> ZoneInfo:
    """Where the teams work: which day a moment belongs to."""
    found: ZoneInfo = session.info["zone"]
    return found


def streets_of(session: orm.Session) -> Path | None:
    """The folder of imported streets; None where nobody told."""
    found: Path | None = session.info.get("streets")
    return found


@sa.event.listens_for(Session, "after_flush")
def _remember_flush(session: Session, _context: orm.UOWTransaction) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if getattr(row, "__audited__", True) and (
            row not in session.dirty or session.is_modified(row)
        ):
            session.info["wrote"] = type(row).__name__


@sa.event.listens_for(Session, "do_orm_execute")
def _remember_bulk(state: orm.ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is None or getattr(mapper.class_, "__audited__", True):
        state.session.info["wrote"] = mapper.class_.__name__ if mapper else "a table"


def make_engine(url: str, *, pool_size: int = 16) -> sa.Engine:
    """SQLite gets foreign keys, WAL and a busy wait; both engines can refuse to write."""
    # last in, first out: a SQLite connection that wrote last still has its pages in memory, and
    # the next writer (one at a time, see `Turn`) goes on with them
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_use_lifo": True,
    }
    if make_url(url).get_backend_name() != "sqlite":
        options["pool_pre_ping"] = True
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_pragmas)
        sa.event.listen(engine, "begin", _sqlite_begin)
    else:
        sa.event.listen(engine, "begin", _postgresql_begin)
    return engine


def _sqlite_pragmas(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # let SQLAlchemy's own BEGIN rule, not the driver's
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "busy_timeout=15000",
        "synchronous=FULL",
        # a report touches a dozen pages: a longer log lets more commits share one checkpoint
        "wal_autocheckpoint=4000",
        "cache_size=-8000",  # kB a connection
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    read_only = bool(options.get("read_only"))
    own: Own | None = options.get("turn")
    if own:  # only now: what is done before the first statement keeps nobody waiting
        own.take()
    # straight to the driver: this runs in every request, and SQLAlchemy's way costs as much as
    # the rest of a small transaction
    run = connection.connection.cursor().execute
    if connection.info.get("query_only") is not read_only:
        run("PRAGMA query_only=ON" if read_only else "PRAGMA query_only=OFF")
        connection.info["query_only"] = read_only
    # a deferred BEGIN that later writes fails at once with "database is locked" when it has read
    run("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql_begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


class Database:
    """One engine, its session factory, and the only place that commits."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 16,
        zone: ZoneInfo = VIETNAM,
        streets: Path | None = None,
    ) -> None:
        path = make_url(url).database if make_url(url).get_backend_name() == "sqlite" else None
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.engine = make_engine(url, pool_size=pool_size)
        info = {"zone": zone, "streets": streets}
        # a transaction's session ends with it, so there is nothing to read anew after a commit
        self.sessions = orm.sessionmaker(
            self.engine, class_=Session, info=info, expire_on_commit=False
        )
        self.turn = Turn(Path(f"{path}.turn")) if path else None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """The only place that commits. An exception rolls back.

        Raises `UnauditedWrite` when an audited table changed and nothing was recorded.
        """
        own = Own(self.turn) if self.turn and not read_only else None
        options = {"read_only": read_only, "turn": own}
        try:
            with self.sessions(execution_options=options) as session, session.begin():
                session.info["begins_late"] = own is not None
                yield session
                if not read_only:
                    session.flush()
                    session.require_audit()
        finally:
            if own:
                own.leave()

    def dispose(self) -> None:
        """Close every connection and file; what comes after opens them again."""
        self.engine.dispose()
        if self.turn:
            self.turn.close()


@functools.cache
def columns_of(model: type[Model]) -> tuple[sa.Column[Any], ...]:
    """A table's columns, for a statement that does without the ORM's machinery."""
    return tuple(cast("sa.Table", model.__table__).columns)


def as_loaded(session: orm.Session, model: type[M], values: Sequence[Any]) -> M:
    """The row object for `values` (as `columns_of` orders them, the id first), as if read.

    Loading through the ORM costs several times what the query does; the two or three rows that
    every request needs come this way.
    """
    mapper = orm.class_mapper(model)
    values = tuple(values)
    key = mapper.identity_key_from_primary_key((values[0],))
    there = session.identity_map.get(key)
    if there is not None:
        return there
    row = mapper.class_manager.new_instance()
    names = (column.key for column in columns_of(model))
    orm.attributes.instance_dict(row).update(zip(names, values, strict=True))
    orm.make_transient_to_detached(row)
    session.add(row)
    return row
