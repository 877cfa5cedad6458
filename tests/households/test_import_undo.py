"""An import taken back whole, or refused with what was built on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.core.db import Session
from outreach.core.errors import Conflict
from outreach.households import services as register
from outreach.households.models import (
    ConsentMeans,
    ContactPoint,
    Household,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.households.services import imports as services
from tests.factories import Make
from tests.households.test_imports import HEAD, commune, count, imported, officer

__all__ = ["commune", "officer"]  # fixtures


def test_taking_an_import_back_leaves_nothing_of_it(
    session: Session, officer: User, now: datetime, make: Make
):
    before = make.home(officer.area, phone=True)  # type: ignore[arg-type]
    row = imported(session, officer, now)
    services.undo(session, row.id, actor=officer, now=now)
    session.commit()
    assert session.scalars(sa.select(Household.id)).all() == [before.id]
    assert (count(session, Resident), count(session, ContactPoint)) == (1, 1)
    with pytest.raises(Conflict):
        services.undo(session, row.id, actor=officer, now=now)


def test_a_phone_that_others_use_by_now_survives(session: Session, officer: User, now: datetime):
    first = imported(session, officer, now)
    rows: list[list[Any]] = [
        HEAD,
        ["H7", "Võ Sáu", "Chủ hộ", 1970, "0912345678", "20 Lê Lợi", "KP 3"],
    ]
    imported(session, officer, now, rows)
    services.undo(session, first.id, actor=officer, now=now)
    session.commit()
    point = session.scalars(sa.select(ContactPoint)).one()
    assert (point.number, point.import_id) == ("+84912345678", None)


def test_an_import_that_work_was_built_on_cannot_be_taken_back(
    session: Session, officer: User, now: datetime, make: Make
):
    row = imported(session, officer, now)
    home = session.scalars(sa.select(Household).where(Household.code == "H1")).one()
    make.appointment(home, now + timedelta(days=1))
    person = register.Person(name="Cháu Tí")
    register.add_person(session, home.id, person, actor=officer, now=now)
    link = session.scalars(sa.select(ResidentPhone)).first()
    assert link is not None
    register.agree(
        session,
        link.contact_point_id,
        Purpose.VISIT_REMINDER,
        means=ConsentMeans.SPOKEN,
        actor=officer,
        now=now,
    )
    session.commit()
    with pytest.raises(Conflict) as refused:
        services.undo(session, row.id, actor=officer, now=now)
    for words in ("1 lịch hẹn", "1 người được thêm bằng tay", "1 lần trả lời"):
        assert words in str(refused.value)
    session.rollback()
    assert count(session, Household) == 2
