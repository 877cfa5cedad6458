"""Homes entered, changed, moved and archived by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import queries, rules
from outreach.households.models import Circumstance, Household, Resident
from outreach.places.models import Area, Level

#: Homes stand in neighbourhoods or cells; a commune without any holds them itself.
_HOLD_HOMES = {Level.COMMUNE, Level.NEIGHBOURHOOD, Level.CELL}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form says about a home."""

    area_id: UUID
    address: str
    code: str | None = None
    landmark: str = ""
    circumstance: Circumstance = Circumstance.NONE
    needs_home_visit: bool = False
    #: Minutes since midnight.
    home_from: int | None = None
    home_until: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    note: str = ""


def add(session: orm.Session, entry: Entry, *, actor: User, now: datetime) -> Household:
    """A new home in the actor's scope."""
    household = Household(created_at=now, head_name="")
    _write(session, household, entry, actor)
    session.add(household)
    audit.record(session, actor=actor, action="household.added", subject=household, now=now)
    return household


def _write(session: orm.Session, household: Household, entry: Entry, actor: User) -> None:
    place(session, household, entry.area_id, actor=actor)
    household.code = entry.code
    household.address = entry.address
    household.landmark = entry.landmark
    household.circumstance = entry.circumstance
    household.needs_home_visit = entry.needs_home_visit
    household.home_from, household.home_until = entry.home_from, entry.home_until
    household.latitude, household.longitude = entry.latitude, entry.longitude
    household.note = entry.note
    rename_keys(household)


def place(session: orm.Session, household: Household, area_id: UUID, *, actor: User) -> None:
    """Stand the home in an area of the actor's. Raises `Conflict` where no home can stand."""
    area = scopes.area_in_scope(session, area_id, actor=actor)
    if area.level not in _HOLD_HOMES or area.valid_to is not None:
        raise Conflict(_("Homes stand in a neighbourhood, a cell or a commune that exists."))
    household.area_id = area.id


def rename_keys(household: Household) -> None:
    """After any change of what the home is found or sorted by."""
    household.search_key = rules.search_key(
        household.address, household.landmark, household.head_name, household.code
    )
    household.sort_key = rules.sort_key(household.address)


def rename_head(session: orm.Session, household: Household) -> None:
    """The head is whoever stands first among those who live there."""
    session.flush()
    head = session.scalars(
        sa.select(Resident)
        .where(Resident.household_id == household.id, Resident.left_at.is_(None))
        .order_by(Resident.position, Resident.sort_key)
        .limit(1)
    ).first()
    household.head_name = head.name if head else ""
    rename_keys(household)


def archive(session: orm.Session, household_id: UUID, *, actor: User, now: datetime) -> Household:
    """Out of lists and plans; its history stays. Archiving twice changes nothing."""
    household = queries.household_in_scope(session, household_id, actor=actor)
    if household.archived_at is None:
        household.archived_at = now
        audit.record(session, actor=actor, action="household.archived", subject=household, now=now)
    return household


def restore(session: orm.Session, household_id: UUID, *, actor: User, now: datetime) -> Household:
    """Back into lists."""
    household = queries.household_in_scope(session, household_id, actor=actor)
    if household.archived_at is not None:
        household.archived_at = None
        audit.record(session, actor=actor, action="household.restored", subject=household, now=now)
    return household


def move_homes(session: orm.Session, old: Area, new: Area, *, actor: User, now: datetime) -> int:
    """Every home of an area that ends goes to the one that takes over; the answer counts them."""
    if not (scopes.covers(actor, old) and scopes.covers(actor, new)):
        raise Conflict(_("Both areas must be yours."))
    moved = session.execute(
        sa.update(Household)
        .where(Household.area_id == old.id)
        .values(area_id=new.id)
        .execution_options(synchronize_session=False)
    )
    count = int(getattr(moved, "rowcount", 0))
    audit.record(
        session,
        actor=actor,
        action="household.moved",
        subject=Household,
        now=now,
        old=old.id,
        new=new.id,
        homes=count,
    )
    return count
