"""Reads of appointments, each in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.appointments.models import Appointment, Origin, State
from outreach.appointments.rules import APART
from outreach.core import text
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident, ResidentPhone

PAGE_SIZE = 50
#: Databases limit the variables of one statement; ids are asked for in slices of this.
SLICE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list should show."""

    begins: datetime
    ends: datetime
    state: State | None = None
    origin: Origin | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: Sequence[Appointment]
    total: int
    page: int
    pages: int


def listed(session: orm.Session, wanted: Wanted, *, actor: User) -> Page:
    """The appointments of a day that are the actor's business, by time and then address."""
    chosen = (
        sa.select(Appointment)
        .join(Appointment.household)
        .where(
            Household.area_id.in_(scopes.areas(actor)),
            Appointment.starts_at >= wanted.begins,
            Appointment.starts_at < wanted.ends,
        )
    )
    if wanted.state:
        chosen = chosen.where(Appointment.state == wanted.state)
    if wanted.origin:
        chosen = chosen.where(Appointment.origin == wanted.origin)
    for word in text.fold(wanted.words).split():
        chosen = chosen.where(Household.search_key.contains(word, autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    rows = session.scalars(
        chosen.options(
            orm.contains_eager(Appointment.household).joinedload(Household.area),
            orm.joinedload(Appointment.resident),
            orm.joinedload(Appointment.visitor),
        )
        .order_by(Appointment.starts_at, Household.sort_key, Appointment.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(rows=list(rows), total=total, page=page, pages=pages)


def in_scope(session: orm.Session, appointment_id: UUID, *, actor: User) -> Appointment:
    """The appointment with its home, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Appointment)
        .where(Appointment.id == appointment_id)
        .options(
            orm.joinedload(Appointment.household).joinedload(Household.area),
            orm.joinedload(Appointment.resident),
            orm.joinedload(Appointment.visitor),
        )
    )
    if found is None or not scopes.covers(actor, found.household.area):
        raise NotFound(_("There is no such appointment, or it is not yours."))
    return found


def household_in_scope(session: orm.Session, household_id: UUID, *, actor: User) -> Household:
    """A home with its residents, or `NotFound` when it is none of the actor's business."""
    found = session.scalar(
        sa.select(Household)
        .where(Household.id == household_id, Household.archived_at.is_(None))
        .options(orm.joinedload(Household.area), orm.selectinload(Household.residents))
    )
    if found is None or not scopes.covers(actor, found.area):
        raise NotFound(_("There is no such household, or it is not yours."))
    return found


def homes_called(
    session: orm.Session, words: str, *, actor: User, most: int = 20
) -> Sequence[Household]:
    """Homes in the actor's scope whose address or head holds every word; none without words."""
    folded = text.fold(words).split()
    if not folded:
        return ()
    chosen = sa.select(Household).where(
        Household.area_id.in_(scopes.areas(actor)), Household.archived_at.is_(None)
    )
    for word in folded:
        chosen = chosen.where(Household.search_key.contains(word, autoescape=True))
    return list(
        session.scalars(
            chosen.options(orm.joinedload(Household.area)).order_by(Household.sort_key).limit(most)
        )
    )


def open_between(session: orm.Session, start: datetime, end: datetime) -> Sequence[Appointment]:
    """Open appointments that begin in [start, end), in order of time, for whoever reminds.

    Loaded with them: home and area, residents, their phones, the one resident, the visitor.
    """
    home = orm.joinedload(Appointment.household)
    return list(
        session.scalars(
            sa.select(Appointment)
            .where(
                Appointment.state == State.OPEN,
                Appointment.starts_at >= start,
                Appointment.starts_at < end,
            )
            .options(
                home.joinedload(Household.area),
                home.selectinload(Household.residents)
                .selectinload(Resident.phones)
                .joinedload(ResidentPhone.contact_point),
                orm.joinedload(Appointment.resident),
                orm.joinedload(Appointment.visitor),
            )
            .order_by(Appointment.starts_at, Appointment.id)
        )
    )


def open_of_homes(
    session: orm.Session, household_ids: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, Appointment]:
    """The open appointment each of these homes has in [start, end); agreed before announced."""
    return _one_each(session, household_ids, start, end, [State.OPEN])


def day_of_homes(
    session: orm.Session, household_ids: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, Appointment]:
    """As `open_of_homes`, with what was kept or missed already, which comes first."""
    return _one_each(session, household_ids, start, end, [State.OPEN, State.MISSED, State.KEPT])


def _one_each(
    session: orm.Session,
    household_ids: Collection[UUID],
    start: datetime,
    end: datetime,
    states: list[State],
) -> dict[UUID, Appointment]:
    found: list[Appointment] = []
    ids = list(household_ids)
    for at in range(0, len(ids), SLICE):
        found += session.scalars(
            sa.select(Appointment)
            .where(
                Appointment.household_id.in_(ids[at : at + SLICE]),
                Appointment.state.in_(states),
                Appointment.starts_at >= start,
                Appointment.starts_at < end,
            )
            .order_by(Appointment.starts_at.desc(), Appointment.id)
        )
    # later ones overwrite: the latest state and an agreed window win over an announced one
    found.sort(key=lambda one: (states.index(one.state), one.origin is Origin.AGREED))
    return {one.household_id: one for one in found}


def agreed_in_areas(
    session: orm.Session, area_ids: sa.Select[UUID], start: datetime, end: datetime
) -> Sequence[Appointment]:
    """Open agreed appointments in [start, end) of homes in these areas, in order of time."""
    return list(
        session.scalars(
            sa.select(Appointment)
            .join(Appointment.household)
            .where(
                Household.area_id.in_(area_ids),
                Appointment.origin == Origin.AGREED,
                Appointment.state == State.OPEN,
                Appointment.starts_at >= start,
                Appointment.starts_at < end,
            )
            .order_by(Appointment.starts_at, Appointment.id)
        )
    )


def open_of_home(
    session: orm.Session, household_id: UUID, start: datetime, end: datetime
) -> Sequence[Appointment]:
    """Every open appointment of a home that begins in [start, end)."""
    return list(
        session.scalars(
            sa.select(Appointment).where(
                Appointment.household_id == household_id,
                Appointment.state == State.OPEN,
                Appointment.starts_at >= start,
                Appointment.starts_at < end,
            )
        )
    )


def near(session: orm.Session, household_id: UUID, moment: datetime) -> Sequence[Appointment]:
    """Open appointments of a home around a moment: what a new window there may collide with."""
    return list(
        session.scalars(
            sa.select(Appointment).where(
                Appointment.household_id == household_id,
                Appointment.state == State.OPEN,
                Appointment.starts_at > moment - APART,
                Appointment.starts_at < moment + APART,
            )
        )
    )


def codes_taken(
    session: orm.Session, area_id: UUID, moment: datetime, *, but: UUID | None = None
) -> set[str]:
    """Codes of open appointments of an area within a day of a moment, one of them left aside."""
    return set(
        session.scalars(
            sa.select(Appointment.visit_code)
            .join(Appointment.household)
            .where(
                Household.area_id == area_id,
                Appointment.state == State.OPEN,
                Appointment.id != but if but else sa.true(),
                Appointment.starts_at > moment - 2 * APART,
                Appointment.starts_at < moment + 2 * APART,
            )
        )
    )
