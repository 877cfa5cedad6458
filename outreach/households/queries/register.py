"""The register of homes: lists, searches and single homes, within the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import phones, text
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import (
    Circumstance,
    ContactPoint,
    Household,
    Resident,
    ResidentPhone,
)
from outreach.places.models import Area

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows."""

    words: str = ""
    area: Area | None = None
    circumstance: Circumstance | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: list[Household]
    number: int
    pages: int
    total: int


def page(session: orm.Session, filters: Filters, *, actor: User, number: int = 1) -> Page:
    """Homes in the order of their addresses, areas loaded; a search puts exact spelling first."""
    chosen = _chosen(filters, actor)
    total = session.scalar(sa.select(sa.func.count()).select_from(Household).where(*chosen)) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    order: list[sa.SQLColumnExpression[Any]] = [Household.sort_key, Household.id]
    words = text.clean(filters.words)
    if words and not words.isascii():
        exact = Household.head_name.contains(words, autoescape=True)
        order.insert(0, sa.case((exact, 0), else_=1))
    rows = session.scalars(
        sa.select(Household)
        .where(*chosen)
        .options(orm.joinedload(Household.area))
        .order_by(*order)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return Page(list(rows), number, pages, total)


def _chosen(filters: Filters, actor: User) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = [Household.area_id.in_(scopes.areas(actor))]
    gone = Household.archived_at
    chosen.append(gone.is_not(None) if filters.archived else gone.is_(None))
    if filters.area is not None:
        inside = sa.select(Area.id).where(scopes.below(filters.area))
        chosen.append(Household.area_id.in_(inside))
    if filters.circumstance is not None:
        chosen.append(Household.circumstance == filters.circumstance)
    if key := text.fold(text.clean(filters.words)):
        chosen.append(sa.or_(*_matching(key, filters.words)))
    return chosen


def _matching(key: str, words: str) -> list[sa.ColumnElement[bool]]:
    """Every word in the home's own key, or the whole in a resident's name, or a phone."""
    home = sa.and_(*(Household.search_key.contains(w, autoescape=True) for w in key.split()))
    person = sa.select(Resident.household_id).where(
        Resident.search_key.contains(key, autoescape=True)
    )
    found: list[sa.ColumnElement[bool]] = [home, Household.id.in_(person)]
    if (number := _number(words)) is not None:
        having = (
            sa.select(Resident.household_id)
            .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
            .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
            .where(ContactPoint.number.endswith(number, autoescape=True))
        )
        found.append(Household.id.in_(having))
    return found


_ENOUGH_DIGITS = 6


def _number(words: str) -> str | None:
    """A whole phone number, or the last digits of one."""
    whole = phones.parse(words)
    if isinstance(whole, phones.Phone):
        return whole.e164
    digits = "".join(c for c in words if c.isdecimal())
    return digits if len(digits) >= _ENOUGH_DIGITS and not any(map(str.isalpha, words)) else None


def household_in_scope(session: orm.Session, household_id: UUID, *, actor: User) -> Household:
    """The home with its area, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Household)
        .where(Household.id == household_id, Household.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Household.area))
    )
    if found is None:
        raise NotFound(_("There is no such home, or it is not in your area."))
    return found


def resident_in_scope(session: orm.Session, resident_id: UUID, *, actor: User) -> Resident:
    """The person with their home and phones, or `NotFound`."""
    found = session.scalar(
        sa.select(Resident)
        .join(Resident.household)
        .where(Resident.id == resident_id, Household.area_id.in_(scopes.areas(actor)))
        .options(
            orm.contains_eager(Resident.household).joinedload(Household.area),
            orm.selectinload(Resident.phones).joinedload(ResidentPhone.contact_point),
        )
    )
    if found is None:
        raise NotFound(_("There is no such person, or they do not live in your area."))
    return found


def count_in(session: orm.Session, area: Area) -> int:
    """Homes in an area and everything inside it, without archived ones."""
    inside = sa.select(Area.id).where(scopes.below(area))
    counted = sa.select(sa.func.count()).select_from(Household)
    return (
        session.scalar(
            counted.where(Household.area_id.in_(inside), Household.archived_at.is_(None))
        )
        or 0
    )
