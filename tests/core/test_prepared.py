"""Statements run at the driver give what SQLAlchemy would give."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Device, Role, User
from outreach.core import audit
from outreach.core.audit import AuditEntry
from outreach.core.db import Session, columns_of
from outreach.core.prepared import Prepared
from tests.factories import Make

_COLUMNS = sa.select(*columns_of(User)).where(
    User.id == sa.bindparam("id", type_=User.id.type), User.role != Role.ADMINISTRATOR
)


def test_a_row_is_the_same_as_when_sqlalchemy_reads_it(session: Session, make: Make) -> None:
    user = make.member(make.team()).user
    session.flush()
    theirs = session.connection().execute(_COLUMNS, {"id": user.id}).one()
    assert Prepared(_COLUMNS).rows(session, id=user.id) == [tuple(theirs)]
    assert Prepared(_COLUMNS).rows(session, id=uuid4()) == []


def test_what_stands_in_the_statement_is_bound_with_what_is_given(
    session: Session, make: Make
) -> None:
    boss = make.user(Role.ADMINISTRATOR)
    session.flush()
    assert Prepared(_COLUMNS).rows(session, id=boss.id) == []


def test_a_value_that_is_missing_is_an_error_and_not_a_null(session: Session) -> None:
    with pytest.raises(KeyError):
        Prepared(_COLUMNS).rows(session)


def test_how_many_rows_were_touched_is_told(session: Session, make: Make, now: datetime) -> None:
    user = make.user(Role.ADMINISTRATOR)
    make.device_token(user)
    seen = sa.update(Device.__table__).where(  # type: ignore[arg-type]
        Device.user_id == sa.bindparam("user", type_=Device.user_id.type)
    )
    update = Prepared(seen.values(last_seen_at=sa.bindparam("at", type_=Device.last_seen_at.type)))
    session.flush()
    assert update.run(session, user=user.id, at=now) == 1
    assert update.run(session, user=uuid4(), at=now) == 0
    session.expire_all()
    assert session.scalars(sa.select(Device.last_seen_at)).one() == now


def test_an_audit_entry_written_so_is_read_as_it_was_meant(session: Session, now: datetime) -> None:
    subject = UUID(int=7)
    audit.record(
        session,
        actor=None,
        action="thing.done",
        subject=audit.Subject(User, subject),
        now=now,
        count=3,
        of=[subject],
    )
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.subject_kind, entry.subject_id, entry.at) == ("user", subject, now)
    assert entry.facts == {"count": 3, "of": [str(subject)]}


def test_a_savepoint_that_is_rolled_back_takes_it_with_it(
    session: Session, make: Make, now: datetime
) -> None:
    def note() -> None:
        audit.record(
            session, actor=None, action="thing.done", subject=audit.Subject(User, uuid4()), now=now
        )

    note()  # the connection is known by now
    for fails in (True, False, True):
        savepoint = session.begin_nested()
        note()
        if fails:
            savepoint.rollback()
        else:
            savepoint.commit()
    note()
    session.commit()
    note()  # in another transaction
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 4
