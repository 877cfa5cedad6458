"""Days declared to be worked or free, against the calendar: what `working_days` is overruled by."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit
from outreach.core.db import HasId, Id, Model
from outreach.core.working_days import DayKind, Overrides


class DeclaredDay(Model):
    """One day the government or the office declared, later than the library was released."""

    __tablename__ = "declared_day"

    id: orm.Mapped[Id]
    day: orm.Mapped[date] = orm.mapped_column(unique=True)
    kind: orm.Mapped[DayKind]
    #: Why: the decision's number, the local feast.
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")


def overrides(session: orm.Session) -> Overrides:
    """Every declared day, as `working_days` wants them."""
    rows = session.execute(sa.select(DeclaredDay.day, DeclaredDay.kind))
    return {row.day: row.kind for row in rows}


def listed(session: orm.Session, since: date) -> list[DeclaredDay]:
    """Declared days from `since` on, in order."""
    chosen = sa.select(DeclaredDay).where(DeclaredDay.day >= since).order_by(DeclaredDay.day)
    return list(session.scalars(chosen))


def declare(
    session: orm.Session, day: date, kind: DayKind, note: str, *, actor: HasId, now: datetime
) -> DeclaredDay:
    """Say what a day is; said again, it is what was said last."""
    found = session.scalar(sa.select(DeclaredDay).where(DeclaredDay.day == day))
    found = found or DeclaredDay(day=day)
    found.kind, found.note = kind, note
    session.add(found)
    audit.record(
        session, actor=actor, action="day.declared", subject=found, now=now, day=day, kind=kind
    )
    return found


def forget(session: orm.Session, day_id: UUID, *, actor: HasId, now: datetime) -> None:
    """The calendar rules again. Forgetting twice is forgetting once."""
    found = session.get(DeclaredDay, day_id)
    if found is not None:
        audit.record(
            session, actor=actor, action="day.forgotten", subject=found, now=now, day=found.day
        )
        session.delete(found)
