"""An agency's list of 20,000 people confirmed in a ward of 50,000 homes: time, memory, matching.

Time is the whole of it: reading the file, finding everybody, storing; beside `executemany` of the
very steps and cases that it stores. Quality is told for the ward's invented list, whose truth is
known, and for real damaged records (FEBRL 1), where they lie beside the project.
"""

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
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from benchmarks.imports import NOW, prepare
from benchmarks.report import Row
from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.confirmation import queries, services
from outreach.confirmation.models import Agency
from outreach.core import text
from outreach.core.db import Database
from outreach.core.settings import Settings
from outreach.households.models import Household, Resident
from outreach.households.services import imports
from outreach.web.demo import town
from tests.confirmation import febrl

HOMES, LISTED, ABSENT = 50_000, 20_000, 1_500
TODAY = date(2026, 11, 21)
FEBRL = Path(__file__).parents[2] / "shared" / "data" / "households" / "febrl_dataset1.csv"
Known = dict[int, tuple[str, int, str]]


def rows() -> Iterator[Row]:
    """No bars: reading and matching are in ours, the bare insert beside it only gives the scale."""
    with tempfile.TemporaryDirectory() as folder:
        path = prepare(Path(folder))
        people = _register(path)
        listed = Path(folder) / "list.csv"
        truth = _list(people, listed)
        whole, writing, megabytes = _in_process_of_its_own(path, listed)
        floor = _raw(path, Path(folder) / "raw.sqlite")
        yield Row(f"{LISTED:,} lines read, found, confirmed v. executemany", "s", whole, floor)
        yield Row("of that, while nobody else can write", "s", writing, floor)
        yield Row("memory of the confirming process", "MB", megabytes)
        precision, recall = _quality(path, truth)
    yield Row("a ward's list: confirmed without a choice, precision", "share", precision)
    yield Row("a ward's list: confirmed without a choice, recall", "share", recall)
    if FEBRL.is_file():
        real = febrl.linked(FEBRL)
        yield Row("FEBRL 1: sure matches, precision", "share", real.precision)
        yield Row("FEBRL 1: sure matches, recall", "share", real.recall)
        yield Row("FEBRL 1: sure or offered, recall", "share", real.recall_with_choice)


def _register(path: Path) -> list[tuple[str, str, int, str]]:
    """(code, name, birth year, address) of everybody, stored by the import of a sheet."""
    chance = random.Random(11)
    people, out = [], io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Mã hộ", "Họ tên", "Quan hệ", "Năm sinh", "Địa chỉ", "Khu phố"])
    for n in range(HOMES):
        address = f"{n // 40 + 1}/{n % 40} {chance.choice(town.STREETS)}"
        for place in range(2):
            name, born = town.name(chance, woman=bool(place)), chance.randint(1930, 2005)
            role = "vợ" if place else "chủ hộ"
            writer.writerow([f"H{n:06}", name, role, born, address, f"Khu phố {n % 12}"])
            people.append((f"H{n:06}", name, born, address))
    database = Database(f"sqlite:///{path}")
    with database.sessions() as session:
        officer = session.scalars(sa.select(User)).one()
        assert officer.area_id is not None
        content = out.getvalue().encode()
        row = imports.upload(session, officer.area_id, "ho.csv", content, actor=officer, now=NOW)
        session.flush()
        imports.confirm(session, row.id, imports.Choices(), today=TODAY, actor=officer, now=NOW)
        session.commit()
    database.dispose()
    return people


def _list(people: list[tuple[str, str, int, str]], file: Path) -> list[tuple[str, str]]:
    """The truth of each line: (code, name) of the register; empty for strangers."""
    chance = random.Random(13)
    chosen = chance.sample(people, LISTED - ABSENT)
    lines, truth = [], []
    for code, name, born, address in chosen:
        lines.append(_told(chance, name, born, address))
        truth.append((code, name))
    for n in range(ABSENT):
        name = town.name(chance, woman=bool(n % 2))
        lines.append([name, chance.randint(1930, 2005), f"{n}/99 đường Chưa Có"])
        truth.append(("", ""))
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["Họ và tên", "Năm sinh", "Địa chỉ"], *lines])
    return truth


def _told(chance: random.Random, name: str, born: int, address: str) -> list[object]:
    """As an agency writes it: half without accents, some in capitals, some wrong or missing."""
    name = text.unaccent(name) if chance.random() < 0.5 else name
    name = name.upper() if chance.random() < 0.3 else name
    if chance.random() < 0.04:
        place = chance.randrange(1, len(name))
        name = name[:place] + name[place + 1 :]
    year: object = born + 1 if chance.random() < 0.03 else born
    # a tenth is registered elsewhere, and a twentieth has no address in the list
    where = address if chance.random() < 0.85 else chance.choice(["", "5 Trần Phú"])
    return [name, "" if chance.random() < 0.03 else year, where]


def _in_process_of_its_own(path: Path, file: Path) -> tuple[float, float, float]:
    """(seconds, of them writing, peak MB) in a fresh process: nothing else is counted."""
    command = [sys.executable, "-m", "benchmarks.assistance_confirm", str(path), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    whole, writing, megabytes = map(float, done.stdout.split())
    return whole, writing, megabytes


def _confirm(path: Path, file: Path) -> None:
    database = Database(f"sqlite:///{path}")
    with database.sessions() as session:
        officer = session.scalars(sa.select(User)).one()
        assert officer.area_id is not None
        said = services.Said(
            area_id=officer.area_id, agency=Agency.POLICE, reference="", programme="vneid_l2",
            state="activated", variant=None, day=TODAY,
        )  # fmt: skip
        begun = time.perf_counter()
        row = services.upload(
            session, said, file.name, file.read_bytes(), today=TODAY, actor=officer, now=NOW
        )
        session.commit()
        looked = queries.look(session, row, today=TODAY)
        session.commit()
        found = time.perf_counter()
        services.confirm(
            session, row.id, services.Choices(), today=TODAY, zone=Settings().zone,
            actor=officer, now=NOW, looked=looked,
        )  # fmt: skip
        session.commit()
        ended = time.perf_counter()
    print(ended - begun, ended - found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _raw(path: Path, copy: Path) -> float:
    """Seconds for `executemany` of the same steps and cases, in one transaction."""
    source = sqlite3.connect(path)
    tables = {}
    for table in ("assistance_case", "assistance_step"):
        cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        tables[table] = (len(cursor.description), cursor.fetchall())
    schema = [row[0] for row in source.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")]
    source.close()
    target = sqlite3.connect(copy, isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + ";".join(schema))
    begun = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table, (width, found) in tables.items():
        marks = ",".join("?" * width)
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", found)  # noqa: S608
    target.execute("COMMIT")
    seconds = time.perf_counter() - begun
    target.close()
    return seconds


def _quality(path: Path, truth: list[tuple[str, str]]) -> tuple[float, float]:
    """(precision, recall) of who was confirmed: those listed who are registered, and no others."""
    database = Database(f"sqlite:///{path}")
    with database.sessions() as session:
        who = sa.select(Household.code, Resident.name).select_from(Case)
        confirmed = [
            (code, name)
            for code, name in session.execute(
                who.join(Resident, Resident.id == Case.resident_id).join(
                    Household, Household.id == Case.household_id
                )
            )
        ]
    database.dispose()
    wanted = {one for one in truth if one[0]}
    right = sum(one in wanted for one in confirmed)
    return right / len(confirmed), right / len(wanted)


if __name__ == "__main__":
    _confirm(Path(sys.argv[1]), Path(sys.argv[2]))
