"""Takes a whole import back, unless something was built on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.db import Model
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext, lazy_gettext
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    Import,
    Resident,
    ResidentPhone,
)
from outreach.households.queries.imports import import_in_scope

_OURS = {Household.__tablename__, Resident.__tablename__, ContactPoint.__tablename__}
#: Tables that may point at homes, people and phones, in words.
_BUILT = {
    "visit_report": lazy_gettext("visits"),
    "stop": lazy_gettext("planned stops"),
    "left_out": lazy_gettext("plans"),
    "assistance_case": lazy_gettext("cases of help"),
    "appointment": lazy_gettext("appointments"),
    "message": lazy_gettext("messages"),
    "resident": lazy_gettext("people added by hand"),
    "resident_phone": lazy_gettext("phones added by hand"),
    "call": lazy_gettext("calls"),
    "consent": lazy_gettext("consents"),
    "wanted_visit": lazy_gettext("wishes for a visit"),
    "hand_over": lazy_gettext("hand-overs to partners"),
    "person_key": lazy_gettext("compared identity numbers"),
    "outside_benefit": lazy_gettext("benefits that partners told of"),
}


def undo(session: orm.Session, import_id: UUID, *, actor: User, now: datetime) -> Import:
    """Delete every row the import stored. Raises Conflict naming what was built on them."""
    row = import_in_scope(session, import_id, actor=actor)
    if row.confirmed_at is None or row.undone_at is not None:
        raise Conflict(gettext("There is nothing to take back."))
    if built := blocking(session, row):
        raise Conflict(
            gettext(
                "This import can no longer be taken back, because of %(what)s that came since.",
                what=", ".join(f"{count} {name}" for name, count in built.items()),
            )
        )
    counts = {model.__tablename__: _delete(session, model, row.id) for model in _IN_ORDER}
    counts["contact_point"] = _delete_unused_phones(session, row.id)
    row.undone_at = now
    audit.record(session, actor=actor, action="import.undone", subject=row, now=now, **counts)
    return row


_IN_ORDER: tuple[type[Model], ...] = (ResidentPhone, Resident, Household)


def _delete(session: orm.Session, model: type[Model], import_id: UUID) -> int:
    column = Model.metadata.tables[model.__tablename__].c.import_id
    statement = sa.delete(model).where(column == import_id)
    done = session.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(done, "rowcount", 0))


def _delete_unused_phones(session: orm.Session, import_id: UUID) -> int:
    """A number that somebody else uses by now stays: it is theirs as well."""
    done = session.execute(
        sa.delete(ContactPoint)
        .where(
            ContactPoint.import_id == import_id,
            ~sa.exists().where(ResidentPhone.contact_point_id == ContactPoint.id),
            ~sa.exists().where(Consent.contact_point_id == ContactPoint.id),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(ContactPoint)
        .where(ContactPoint.import_id == import_id)
        .values(import_id=None)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(done, "rowcount", 0))


def blocking(session: orm.Session, row: Import) -> dict[str, int]:
    """What refers to the import's rows and is not of the import: words -> how many.

    Features above this one are not known here; their tables are, by their foreign keys.
    """
    found: dict[str, int] = {}
    for column, target in _pointing():
        table = column.table
        imported = sa.select(target.c.id).where(target.c.import_id == row.id)
        query = sa.select(sa.func.count()).select_from(table).where(column.in_(imported))
        if "import_id" in table.c:
            other = table.c.import_id.is_(None) | (table.c.import_id != row.id)
            query = query.where(other)
        if count := session.scalar(query):
            name = str(_BUILT.get(table.name, table.name))
            found[name] = found.get(name, 0) + count
    return found


def _pointing() -> Iterator[tuple[sa.Column[object], sa.Table]]:
    """Every column anywhere that points at a home, a person or a phone.

    Not the links from other people to a phone: it is shared, and then it simply stays.
    """
    for table in Model.metadata.sorted_tables:
        if table.info.get("follows"):  # worked out from rows that are counted themselves
            continue
        for column in table.c:
            for key in column.foreign_keys:
                target = key.column.table
                shared = (table.name, target.name) == ("resident_phone", "contact_point")
                if target.name in _OURS and not shared:
                    yield column, target
