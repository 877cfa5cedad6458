"""What waits for a leader: clashing details, late reports, homes found on the way, phones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households import queries as households
from outreach.households.models import FieldEdit, Household
from outreach.phone.models import FoundHome
from outreach.swaps import queries as swaps
from outreach.swaps.models import Swap
from outreach.visits.models import Report

MOST = 100


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that waits, the oldest first, each list cut at `MOST`."""

    clashes: Sequence[FieldEdit]
    late: Sequence[Report]
    found: Sequence[FoundHome]
    #: Hand-overs that the stock's books did not expect.
    swaps: Sequence[Swap] = ()

    @property
    def total(self) -> int:
        return len(self.clashes) + len(self.late) + len(self.found) + len(self.swaps)


def review(session: orm.Session, *, actor: User) -> Review:
    """What waits in the actor's area: a constant number of queries."""
    found = (
        sa.select(FoundHome)
        .join(FoundHome.household)
        .where(FoundHome.reviewed_at.is_(None), Household.area_id.in_(scopes.areas(actor)))
        .options(
            orm.contains_eager(FoundHome.household).joinedload(Household.area),
            orm.joinedload(FoundHome.perhaps),
            orm.joinedload(FoundHome.found_by),
        )
        .order_by(FoundHome.at, FoundHome.id)
        .limit(MOST)
    )
    return Review(
        clashes=households.clashes(session, actor=actor),
        late=session.scalars(_late(actor).limit(MOST)).all(),
        found=session.scalars(found).all(),
        swaps=swaps.to_review(session, actor=actor),
    )


def _late(actor: User) -> sa.Select[Report]:
    return (
        sa.select(Report)
        .join(Report.household)
        .where(
            Report.lateness.is_not(None),
            Report.reviewed_at.is_(None),
            Report.undone_at.is_(None),
            Household.area_id.in_(scopes.areas(actor)),
        )
        .options(
            orm.contains_eager(Report.household).joinedload(Household.area),
            orm.joinedload(Report.volunteer),
            orm.joinedload(Report.carried_by),
        )
        .order_by(Report.received_at, Report.id)
    )


def late_in_scope(
    session: orm.Session, report_ids: Collection[UUID], *, actor: User
) -> Sequence[Report]:
    """Those of the reports that wait for the actor's look."""
    return session.scalars(_late(actor).where(Report.id.in_(report_ids))).all()


def found_in_scope(session: orm.Session, household_id: UUID, *, actor: User) -> FoundHome:
    """A found home in the actor's area, looked at or not; else `NotFound`."""
    found = session.scalar(
        sa.select(FoundHome)
        .join(FoundHome.household)
        .where(FoundHome.id == household_id, Household.area_id.in_(scopes.areas(actor)))
        .options(orm.contains_eager(FoundHome.household))
    )
    if found is None:
        raise NotFound(_("There is no such home, or it is not in your area."))
    return found


def has_cases(session: orm.Session, household_id: UUID) -> bool:
    """Whether help was recorded in a home."""
    chosen = sa.select(Case.id).where(Case.household_id == household_id).limit(1)
    return session.scalar(chosen) is not None
