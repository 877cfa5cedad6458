"""The append-only trail: who did what to which row, when. Facts hold no personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import HasId, Id, Model
from outreach.core.prepared import Prepared


class AuditEntry(Model):
    """One act. Rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)
    __audited__ = False

    id: orm.Mapped[Id]
    #: When it was stored, by the server's clock.
    at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    #: The user who acted; empty when a job of the program did.
    actor_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    #: What was done, as `subject.verb`: `visit.logged`, `round.published`.
    action: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: The table of the row that was acted on.
    subject_kind: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: Its id; empty for acts on many rows, whose counts are then in `facts`.
    subject_id: orm.Mapped[UUID | None]
    #: Ids, enum values and counts that explain the act. Never names, phones or free text.
    facts: orm.Mapped[dict[str, Any]]


#: Straight into the table: an object nobody looks at again is not worth a unit of work.
_INSERT = Prepared(sa.insert(AuditEntry.__table__))  # type: ignore[arg-type]


class Subject(NamedTuple):
    """A row that was written without an object."""

    kind: type[Model]
    id: UUID


def record(
    session: orm.Session,
    *,
    actor: HasId | None,
    action: str,
    subject: Model | type[Model] | Subject,
    now: datetime,
    **facts: object,
) -> None:
    """Append one entry. `actor=None` is the program itself; a class as subject means many rows.

    Facts must be ids, enum values, dates or counts; they are stored as JSON (others become text).
    """
    subject_id = None
    if isinstance(subject, Subject):
        subject, subject_id = subject
    elif isinstance(subject, Model):
        if sa.inspect(subject).transient or getattr(subject, "id", None) is None:
            session.flush()
        subject_id = getattr(subject, "id", None)
    _INSERT.run(
        session,
        id=uuid4(),
        at=now,
        actor_id=None if actor is None else actor.id,
        action=action,
        subject_kind=str(subject.__tablename__),
        subject_id=subject_id if isinstance(subject_id, UUID) else None,
        facts={name: _plain(value) for name, value in facts.items()},
    )
    session.info["audited"] = True


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else str(value)


def of_subject(session: orm.Session, subject: Model, *, limit: int = 50) -> list[AuditEntry]:
    """The newest entries about one row."""
    found = session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject_kind == subject.__tablename__,
            AuditEntry.subject_id == getattr(subject, "id", None),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .limit(limit)
    )
    return list(found)
