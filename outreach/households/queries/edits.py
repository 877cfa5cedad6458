"""Changes made at the door: those that clashed, and how one home's fields came to be."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import FieldEdit, Household, Merged, Resident, ResidentPhone

#: More open clashes than this are not shown at once.
MOST = 100
HISTORY = 30

_WITH_ALL = (
    orm.joinedload(FieldEdit.household).joinedload(Household.area),
    orm.joinedload(FieldEdit.resident)
    .selectinload(Resident.phones)
    .joinedload(ResidentPhone.contact_point),
    orm.joinedload(FieldEdit.by),
)


def clashes(session: orm.Session, *, actor: User) -> Sequence[FieldEdit]:
    """Open clashes in the actor's area, the oldest first."""
    return session.scalars(
        sa.select(FieldEdit)
        .join(FieldEdit.household)
        .where(FieldEdit.state == Merged.CLASH, Household.area_id.in_(scopes.areas(actor)))
        .options(*_WITH_ALL)
        .order_by(FieldEdit.at, FieldEdit.id)
        .limit(MOST)
    ).all()


def clash_in_scope(session: orm.Session, edit_id: UUID, *, actor: User) -> FieldEdit:
    """One change of a home in the actor's area, decided or not; else `NotFound`."""
    found = session.scalar(
        sa.select(FieldEdit)
        .join(FieldEdit.household)
        .where(FieldEdit.id == edit_id, Household.area_id.in_(scopes.areas(actor)))
        .options(*_WITH_ALL)
    )
    if found is None:
        raise NotFound(_("There is no such home, or it is not in your area."))
    return found


def edits_of(session: orm.Session, household_id: UUID) -> Sequence[FieldEdit]:
    """How the fields of a home and its people came to be, the newest first."""
    return session.scalars(
        sa.select(FieldEdit)
        .where(FieldEdit.household_id == household_id)
        .options(orm.joinedload(FieldEdit.resident), orm.joinedload(FieldEdit.by))
        .order_by(FieldEdit.at.desc(), FieldEdit.id)
        .limit(HISTORY)
    ).all()
