"""The floor: bare Flask and SQLAlchemy, one table, one row a request, as durable as ours."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy import orm
from sqlalchemy.pool import ConnectionPoolEntry

app = Flask(__name__)
engine = sa.create_engine(os.environ["FLOOR_DATABASE_URL"], pool_size=16)


if engine.dialect.name == "sqlite":

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: sa.engine.interfaces.DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Base(orm.DeclarativeBase):
    pass


class Visit(Base):
    __tablename__ = "floor_visit"

    id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True)
    outcome: orm.Mapped[str]
    note: orm.Mapped[str]
    at: orm.Mapped[datetime]


Base.metadata.create_all(engine)
sessions = orm.sessionmaker(engine)


@app.post("/visits")
def log_visit() -> tuple[str, int]:
    with sessions.begin() as session:
        session.add(
            Visit(
                id=uuid.UUID(request.form["report_id"]),
                outcome=request.form["outcome"],
                note=request.form["note"],
                at=datetime.now(UTC).replace(tzinfo=None),
            )
        )
    return "", 204


@app.get("/healthz")
def healthz() -> str:
    return "ok"
