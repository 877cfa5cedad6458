"""What keeps visitors of a home safe: never alone, not after dark, only certain people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.households import queries
from outreach.households.models import Hazard, Household


@dataclass(frozen=True, slots=True)
class Safety:
    """The rules of a home, and why."""

    never_alone: bool = False
    not_after_dark: bool = False
    #: Ids of the only people who may go there; empty: anybody.
    visitor_ids: frozenset[UUID] = frozenset()
    reason: str = ""


def tell_safety(
    session: orm.Session, household_id: UUID, safety: Safety, *, actor: User, now: datetime
) -> Household:
    """Say all rules of the home anew. A warning from the door not to go alone is settled by it."""
    home = queries.household_in_scope(session, household_id, actor=actor)
    offered = {one.id: one for one in queries.possible_visitors(session, home)}
    if not safety.visitor_ids <= offered.keys():
        raise Refusal(_("Choose people of a team that works where this home is."))
    home.never_alone, home.not_after_dark = safety.never_alone, safety.not_after_dark
    warned = set(home.hazards) - {Hazard.UNSAFE}
    home.hazards = sorted(warned | ({Hazard.UNSAFE} if safety.never_alone else set()))
    home.visitors = [user for id_, user in offered.items() if id_ in safety.visitor_ids]
    home.safety_reason = safety.reason
    audit.record(
        session,
        actor=actor,
        action="household.safety_told",
        subject=home,
        now=now,
        never_alone=home.never_alone,
        not_after_dark=home.not_after_dark,
        visitors=len(home.visitors),
    )
    return home
