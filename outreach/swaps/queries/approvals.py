"""Who is on an approved list, and who has been given a phone already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import text
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.stock import queries as stock
from outreach.stock.models import Handset, Kind, Movement, Place, PlaceKind
from outreach.swaps.models import Approval, Review, Swap

MOST = 200

_COUNTS = Swap.review != Review.VOID
_SPENT = sa.exists().where(Swap.approval_id == Approval.id, _COUNTS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which approvals a list should show."""

    words: str = ""
    #: "waiting", "given" or "withdrawn".
    state: str = "waiting"


def approvals(session: orm.Session, wanted: Wanted, *, actor: User) -> Sequence[Approval]:
    """The list in the actor's area, by address; cut at `MOST`."""
    states = {
        "given": sa.and_(Approval.withdrawn_at.is_(None), _SPENT),
        "withdrawn": Approval.withdrawn_at.is_not(None),
    }
    chosen = states.get(wanted.state, sa.and_(Approval.withdrawn_at.is_(None), ~_SPENT))
    found = session.scalars(
        sa.select(Approval)
        .join(Approval.household)
        .where(
            chosen,
            Household.area_id.in_(scopes.areas(actor)),
            *(
                Household.search_key.contains(word, autoescape=True)
                for word in text.fold(wanted.words).split()
            ),
        )
        .options(
            orm.contains_eager(Approval.household).joinedload(Household.area),
            orm.joinedload(Approval.device),
        )
        .order_by(Household.sort_key, Approval.id)
        .limit(MOST)
    )
    return found.all()


def open_approvals(session: orm.Session, household_ids: Collection[UUID]) -> dict[UUID, Approval]:
    """Of these homes, the approvals that still wait for their phone: one query."""
    rows = session.scalars(
        sa.select(Approval).where(
            Approval.household_id.in_(household_ids), Approval.withdrawn_at.is_(None), ~_SPENT
        )
    )
    return {row.household_id: row for row in rows}


def homes_by_code(
    session: orm.Session, codes: Collection[str], *, actor: User
) -> dict[str, Household]:
    """Homes of the actor's area by the ward's own number; one that two homes have is left out."""
    rows = session.scalars(
        sa.select(Household).where(
            Household.code.in_(set(codes)),
            Household.archived_at.is_(None),
            Household.area_id.in_(scopes.areas(actor)),
        )
    ).all()
    counted = Counter(row.code for row in rows)
    return {row.code: row for row in rows if row.code and counted[row.code] == 1}


def active_of(session: orm.Session, household_id: UUID) -> Approval | None:
    """A home's place on the list, spent or not."""
    return session.scalar(
        sa.select(Approval).where(
            Approval.household_id == household_id, Approval.withdrawn_at.is_(None)
        )
    )


def approval_in_scope(session: orm.Session, approval_id: UUID, *, actor: User) -> Approval:
    """An approval with its home and area; else `NotFound`."""
    found = session.get(
        Approval,
        approval_id,
        options=[orm.joinedload(Approval.household).joinedload(Household.area)],
    )
    if found is None or not scopes.covers(actor, found.household.area):
        raise NotFound(_("There is no such line of the list, or it is not yours."))
    return found


def given_to(session: orm.Session, household_id: UUID) -> bool:
    """Whether a phone of ours was handed to the home, and not taken back since."""
    there = (
        sa.select(Movement.id)
        .join(Place, Place.id == Movement.to_place_id)
        .join(Handset, Handset.id == Movement.device_id)
        .where(
            Place.household_id == household_id,
            Movement.next_number.is_(None),
            Handset.kind != Kind.OLD,
        )
    )
    told = sa.select(Swap.id).where(
        Swap.household_id == household_id, _COUNTS, Swap.device_id.is_(None)
    )
    return session.scalar(sa.select(sa.or_(there.exists(), told.exists()))) is True


def devices_to_set_aside(session: orm.Session, *, kind: Kind, actor: User) -> Sequence[stock.Row]:
    """Devices of a kind in stores, teams and bags that are set aside for nobody."""
    taken = sa.select(Approval.device_id).where(
        Approval.withdrawn_at.is_(None), Approval.device_id.is_not(None)
    )
    held = Place.kind.in_([PlaceKind.STORE, PlaceKind.TEAM, PlaceKind.BAG])
    chosen = sa.and_(held, Handset.kind == kind, Handset.id.not_in(taken))
    return stock.at_places(session, chosen, actor=actor)
