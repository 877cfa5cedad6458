"""What phones' owners agreed to. The newest act per phone and purpose holds; silence is no."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    Purpose,
    Resident,
    ResidentPhone,
)


def consents_of(
    session: orm.Session, contact_point_ids: Iterable[UUID]
) -> dict[UUID, list[Consent]]:
    """Every act per phone, oldest first."""
    acts = session.scalars(
        sa.select(Consent)
        .where(Consent.contact_point_id.in_(list(contact_point_ids)))
        .order_by(Consent.at, Consent.id)
    )
    found: dict[UUID, list[Consent]] = {}
    for act in acts:
        found.setdefault(act.contact_point_id, []).append(act)
    return found


def agreed(session: orm.Session, contact_point_ids: Iterable[UUID], purpose: Purpose) -> set[UUID]:
    """Those of the phones whose newest act for this purpose is agreement."""
    acts = session.execute(
        sa.select(Consent.contact_point_id, Consent.given)
        .where(Consent.contact_point_id.in_(list(contact_point_ids)), Consent.purpose == purpose)
        .order_by(Consent.at, Consent.id)
    )
    return {phone for phone, given in dict(list(acts)).items() if given}


def phone_in_scope(session: orm.Session, contact_point_id: UUID, *, actor: User) -> ContactPoint:
    """A phone that somebody in the actor's area uses, or `NotFound`."""
    used = (
        sa.select(ResidentPhone.contact_point_id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .where(
            ResidentPhone.contact_point_id == contact_point_id,
            Household.area_id.in_(scopes.areas(actor)),
        )
    )
    found = session.scalar(sa.select(ContactPoint).where(ContactPoint.id.in_(used)))
    if found is None:
        raise NotFound(_("There is no such phone, or nobody in your area uses it."))
    return found
