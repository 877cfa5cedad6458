"""The ledger of numbers that want no messages, as far as it is the actor's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import ContactPoint, Household, Resident, ResidentPhone
from outreach.messaging.models import Suppression
from outreach.rounds.models import Round, Route, Stop
from outreach.visits.queries.reporting import check_mine

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One number, who wrote it down, and who lifted it."""

    entry: Suppression
    told_by: str | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the ledger."""

    rows: Sequence[Entry]
    total: int
    page: int
    pages: int


def listed(session: orm.Session, *, digits: str, page: int, actor: User) -> Page:
    """Numbers that are silent now first, the newest of them first."""
    chosen = _visible(actor)
    if digits:
        chosen = sa.and_(chosen, Suppression.phone.contains(digits, autoescape=True))
    total = session.scalar(sa.select(sa.func.count(Suppression.id)).where(chosen)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.execute(
        _entries()
        .where(chosen)
        .order_by(Suppression.lifted_at.is_not(None), Suppression.since.desc(), Suppression.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([Entry(*row) for row in rows], total, page, pages)


def in_scope(session: orm.Session, suppression_id: UUID, *, actor: User) -> Entry:
    """The entry, or `NotFound` when it is none of the actor's business."""
    chosen = _entries().where(Suppression.id == suppression_id, _visible(actor))
    row = session.execute(chosen).first()
    if row is None:
        raise NotFound(_("There is no such number, or it is not yours."))
    return Entry(*row)


def _entries() -> sa.Select[Suppression, str | None, str | None]:
    teller, lifter = orm.aliased(User), orm.aliased(User)
    return (
        sa.select(Suppression, teller.name, lifter.name)
        .outerjoin(teller, teller.id == Suppression.told_by_id)
        .outerjoin(lifter, lifter.id == Suppression.lifted_by_id)
    )


def _visible(actor: User) -> sa.ColumnElement[bool]:
    """Numbers of homes in the actor's areas, and those they wrote down themselves."""
    if actor.role is Role.ADMINISTRATOR:
        return sa.true()
    used = (
        sa.select(ContactPoint.number)
        .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .where(Household.area_id.in_(scopes.areas(actor)))
    )
    return sa.or_(Suppression.phone.in_(used), Suppression.told_by_id == actor.id)


def phone_at_stop(session: orm.Session, stop_id: UUID, number: str, *, actor: User) -> ContactPoint:
    """A number of the home at a stop of the actor's, or of one in their area if the stop is gone.

    Raises `NotFound`. What a resident said at the door is not lost because a plan has changed.
    """
    stop = session.execute(
        sa.select(Stop.household_id, Route.volunteer_id, Route.partner_id, Round.team_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Round, Round.id == Route.round_id)
        .where(Stop.id == stop_id)
    ).first()
    home = Household.area_id.in_(scopes.areas(actor))
    if stop is not None:
        if stop.partner_id != actor.id:
            check_mine(session, stop.volunteer_id, stop.team_id, actor)
        home = Household.id == stop.household_id
    found = session.scalar(
        sa.select(ContactPoint)
        .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
        .join(Resident, Resident.id == ResidentPhone.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .where(ContactPoint.number == number, home)
        .limit(1)
    )
    if found is None:
        raise NotFound(_("There is no such phone in this home."))
    return found
