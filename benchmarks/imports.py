"""A list of 100,000 homes: the whole import beside `executemany` of the very rows it stores."""

from __future__ import annotations

import csv
import io
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks.report import Row
from outreach.accounts.models import Role, User
from outreach.core import migrate, text
from outreach.core.db import Database
from outreach.households.services import imports
from outreach.places.models import Area, Level

HOMES = 100_000
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
_TABLES = ("household", "resident", "contact_point", "resident_phone")
_BAR = 8
_MEMORY = 300


def sheet(homes: int) -> bytes:
    """A ward's list as a CSV file: one home a row, with a code, a head, a phone and a point."""
    chance = random.Random(7)
    families = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Dương", "Đỗ", "Huỳnh")
    given = ("An", "Ánh", "Bé", "Bình", "Dũng", "Hạnh", "Hoà", "Khang", "Ngọc", "Thuý", "Út", "Yến")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["Mã hộ", "Họ tên chủ hộ", "Năm sinh", "SĐT", "Địa chỉ", "Khu phố", "Vĩ độ", "Kinh độ"]
    )
    for n in range(homes):
        name = f"{chance.choice(families)} {chance.choice(given)} {chance.choice(given)}"
        address = f"{n // 97 + 1}/{n % 97} Lê Lợi"
        point = (10.9 + chance.random() / 10, 106.7 + chance.random() / 10)
        phone, born = f"09{n:08}", chance.randint(1930, 2005)
        writer.writerow([f"H{n:06}", name, born, phone, address, f"Khu phố {n % 12}", *point])
    return out.getvalue().encode()


def prepare(folder: Path) -> Path:
    """A migrated database with one ward, its neighbourhoods and an officer."""
    path = folder / "import.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database.engine)
    with database.sessions() as session:
        ward = _area(None, Level.COMMUNE, "Phường", "Dĩ An")
        session.add(ward)
        session.flush()
        session.add_all(_area(ward, Level.NEIGHBOURHOOD, "Khu phố", str(n)) for n in range(12))
        session.add(
            User(
                name="Cán bộ",
                search_key="can bo",
                sort_key="can bo",
                phone="+84900000000",
                role=Role.OFFICER,
                area=ward,
                created_at=NOW,
            )
        )
        session.commit()
    database.dispose()
    return path


def _area(parent: Area | None, level: Level, kind: str, name: str) -> Area:
    id_ = uuid.uuid4()
    return Area(
        id=id_,
        level=level,
        kind=kind,
        name=name,
        search_key=text.fold(f"{kind} {name}"),
        sort_key=text.natural_key(name),
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{id_.hex}/",
        valid_from=date(2025, 7, 1),
    )


def rows(folder: Path) -> list[Row]:
    """Two rows: time as a multiple of raw `executemany`, and the importing process's memory."""
    with tempfile.TemporaryDirectory(prefix="outreach-import-", dir=folder) as name:
        own = Path(name)
        path = prepare(own)
        (own / "list.csv").write_bytes(sheet(HOMES))
        seconds, megabytes = _in_process_of_its_own(path, own / "list.csv")
        floor = _raw(path, own / "raw.sqlite")
    return [
        Row(f"import {HOMES:,} homes beside executemany", "s", seconds, floor, _BAR, at_most=True),
        Row("memory of the importing process", "MB", megabytes, None, _MEMORY, at_most=True),
    ]


def _in_process_of_its_own(path: Path, file: Path) -> tuple[float, float]:
    """(seconds, peak MB): a fresh process, so that nothing else of a benchmark is counted."""
    command = [sys.executable, "-m", "benchmarks.imports", str(path), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def _import(path: Path, file: Path) -> None:
    database = Database(f"sqlite:///{path}")
    with database.sessions() as session:
        officer = session.scalars(sa.select(User)).one()
        content = file.read_bytes()
        begun = time.perf_counter()
        assert officer.area_id is not None
        row = imports.upload(session, officer.area_id, file.name, content, actor=officer, now=NOW)
        session.commit()
        del content
        choices = imports.Choices()
        imports.confirm(session, row.id, choices, today=date(2026, 11, 21), actor=officer, now=NOW)
        session.commit()
        seconds = time.perf_counter() - begun
        assert row.result["homes"] == HOMES
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _raw(path: Path, copy: Path) -> float:
    """Seconds for `executemany` of the same rows into the same tables, in one transaction."""
    source = sqlite3.connect(path)
    tables = {}
    for table in _TABLES:
        cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        tables[table] = (len(cursor.description), cursor.fetchall())
    schema = [row[0] for row in source.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")]
    source.close()
    target = sqlite3.connect(copy, isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    for statement in schema:
        target.execute(statement)
    begun = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table, (width, rows) in tables.items():
        marks = ",".join("?" * width)
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    target.execute("COMMIT")
    seconds = time.perf_counter() - begun
    target.close()
    return seconds


if __name__ == "__main__":
    _import(Path(sys.argv[1]), Path(sys.argv[2]))
