from __future__ import annotations

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa

from outreach.core import audit, migrate
from outreach.core.audit import AuditEntry
from outreach.core.db import UnauditedWrite
from outreach.places.models import Area
from outreach.web import Outreach
from tests.factories import Make


def test_a_write_without_an_audit_entry_is_refused_and_stores_nothing(
    app: Outreach, make: Make
) -> None:
    area = make.area(name="Cũ")
    with pytest.raises(UnauditedWrite), app.db.transaction() as session:
        session.get_one(Area, area.id).name = "Mới"
    with app.db.transaction(read_only=True) as session:
        assert session.get_one(Area, area.id).name == "Cũ"


def test_a_bulk_write_without_an_audit_entry_is_refused(app: Outreach, make: Make) -> None:
    make.area()
    with pytest.raises(UnauditedWrite), app.db.transaction() as session:
        session.execute(sa.update(Area).values(name="Mới"))


def test_an_audited_write_is_stored(app: Outreach, make: Make, now: datetime) -> None:
    area = make.area()
    with app.db.transaction() as session:
        row = session.get_one(Area, area.id)
        row.name = "Mới"
        audit.record(session, actor=None, action="area.renamed", subject=row, now=now, homes=3)
    with app.db.transaction(read_only=True) as session:
        entry = session.scalars(sa.select(AuditEntry)).one()
        assert (entry.action, entry.subject_id, entry.facts) == (
            "area.renamed",
            area.id,
            {"homes": 3},
        )


def test_a_read_only_transaction_cannot_write(app: Outreach, make: Make) -> None:
    area = make.area()
    with pytest.raises(sa.exc.DBAPIError), app.db.transaction(read_only=True) as session:
        session.execute(sa.update(Area).where(Area.id == area.id).values(name="x"))


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(app: Outreach) -> None:
    if not app.db.is_sqlite:
        pytest.skip("only SQLite has one writer at a time")
    with app.db.transaction(), pytest.raises(RuntimeError), app.db.transaction():
        pass


def test_many_threads_that_write_at_once_all_succeed(app: Outreach, now: datetime) -> None:
    def write() -> None:
        for _ in range(10):
            with app.db.transaction() as session:
                audit.record(session, actor=None, action="x", subject=Area, now=now)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.db.transaction(read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 60


def test_the_models_say_what_the_migrations_say(app: Outreach) -> None:
    migrate.check(app.db.engine)
