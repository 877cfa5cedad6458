from __future__ import annotations

import threading
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.core import audit, migrate
from outreach.core.audit import AuditEntry
from outreach.core.db import Session, UnauditedWrite
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


def _renamed(session: Session, area_id: UUID, name: str, now: datetime) -> str:
    """Rename the area and say so; what it was called."""
    row = session.get_one(Area, area_id)
    was, row.name = row.name, name
    audit.record(session, actor=None, action="area.renamed", subject=row, now=now)
    return was


def test_a_transaction_that_asked_nothing_yet_keeps_nobody_waiting(
    app: Outreach, make: Make, now: datetime
) -> None:
    area_id = make.area(name="Cũ").id
    make.session.commit()
    seen = list[str]()

    def write() -> None:
        with app.db.transaction() as session:
            seen.append(_renamed(session, area_id, "Mới", now))

    with app.db.transaction() as session:
        other = threading.Thread(target=write)
        other.start()
        other.join(10)
        assert seen == ["Cũ"]
        assert _renamed(session, area_id, "Mới nhất", now) == "Mới"


def test_a_write_inside_a_write_is_refused_and_the_outer_one_keeps_its_turn(
    app: Outreach, make: Make, now: datetime
) -> None:
    if not app.db.turn:
        pytest.skip("PostgreSQL's writers need no turn")
    area_id = make.area(name="Cũ").id
    make.session.commit()
    seen = list[str]()

    def write() -> None:
        with app.db.transaction() as session:
            seen.append(_renamed(session, area_id, "Mới nhất", now))

    other = threading.Thread(target=write)
    with app.db.transaction() as session:
        _renamed(session, area_id, "Mới", now)
        with pytest.raises(RuntimeError), app.db.transaction() as inner:
            inner.get_one(Area, area_id)
        other.start()
        other.join(0.3)
        assert seen == []
    other.join(10)
    assert seen == ["Mới"]


def test_who_is_signed_in_is_known_while_somebody_else_writes(
    app: Outreach, make: Make, sign_in, now: datetime
) -> None:
    walk = make.walk()
    client, stop, area_id = sign_in(walk.volunteer), walk.stops[0].id, walk.team.area_id
    make.session.commit()
    answers = list[int]()

    def send_nothing() -> None:
        path = f"/stops/{stop}/report"
        answers.append(client.post(path, headers={"Accept": "application/json"}).status_code)

    with app.db.transaction() as session:
        _renamed(session, area_id, "Mới", now)
        other = threading.Thread(target=send_nothing)
        other.start()
        other.join(10)
        assert answers == [422]
