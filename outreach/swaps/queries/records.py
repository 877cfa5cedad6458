"""Hand-over records: one for paper, many for a list, those that wait for a leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core import text
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.swaps.models import Review, Swap

PAGE_SIZE = 50
MOST_TO_REVIEW = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records, the newest first."""

    rows: Sequence[Swap]
    total: int
    page: int
    pages: int


def _whole(chosen: sa.Select[Swap]) -> sa.Select[Swap]:
    return chosen.options(
        orm.joinedload(Swap.household).joinedload(Household.area),
        orm.joinedload(Swap.resident),
        orm.joinedload(Swap.approval),
        orm.joinedload(Swap.device),
        orm.joinedload(Swap.old_device),
        orm.joinedload(Swap.volunteer),
    )


def listed(session: orm.Session, words: str, page: int, *, actor: User) -> Page:
    """Records of homes in the actor's area: two queries."""
    seen = sa.select(Household.id).where(
        Household.area_id.in_(scopes.areas(actor)),
        *(
            Household.search_key.contains(word, autoescape=True)
            for word in text.fold(words).split()
        ),
    )
    chosen = sa.select(Swap).where(Swap.household_id.in_(seen))
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        _whole(chosen)
        .order_by(Swap.happened_at.desc(), Swap.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(rows.all(), total, page, pages)


def swap_in_scope(session: orm.Session, swap_id: UUID, *, actor: User) -> Swap:
    """A record with everything its paper says; a volunteer's own, or of the actor's area."""
    found = session.scalar(_whole(sa.select(Swap).where(Swap.id == swap_id)))
    if found is None or not _may_see(found, actor):
        raise NotFound(_("There is no such hand-over, or it is not yours."))
    return found


def _may_see(found: Swap, actor: User) -> bool:
    if found.volunteer_id == actor.id:
        return True
    return actor.role is not Role.VOLUNTEER and scopes.covers(actor, found.household.area)


def by_receipt(session: orm.Session, number: str, *, actor: User) -> Swap | None:
    """The record with this receipt, if it has arrived and the actor may see it."""
    found = session.scalar(_whole(sa.select(Swap).where(Swap.receipt_no == number)))
    return found if found is not None and _may_see(found, actor) else None


def to_review(session: orm.Session, *, actor: User) -> Sequence[Swap]:
    """What waits for a decision in the actor's area, the oldest first."""
    found = session.scalars(
        _whole(sa.select(Swap))
        .join(Household, Household.id == Swap.household_id)
        .where(Swap.review == Review.OPEN, Household.area_id.in_(scopes.areas(actor)))
        .order_by(Swap.recorded_at, Swap.id)
        .limit(MOST_TO_REVIEW)
    )
    return found.all()


def today_of(session: orm.Session, user: User, begins: datetime, ends: datetime) -> Sequence[Swap]:
    """What somebody handed over in a time, by the believed clock."""
    found = session.scalars(
        _whole(sa.select(Swap))
        .where(
            Swap.volunteer_id == user.id,
            Swap.review != Review.VOID,
            Swap.happened_at >= begins,
            Swap.happened_at < ends,
        )
        .order_by(Swap.happened_at, Swap.id)
    )
    return found.all()
