"""How a commune writes, as an administrator sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.core import audit
from outreach.core.errors import NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.messaging.models import CommuneSms
from outreach.places.models import Area, Level


@dataclass(frozen=True, slots=True)
class HabitFacts:
    """What an administrator says of a commune's messages."""

    trial: bool
    sender: str = ""
    #: đồng a calendar month; None: no limit.
    monthly_budget: int | None = None


def set_habits(
    session: orm.Session, commune: Area, facts: HabitFacts, *, actor: User, now: datetime
) -> CommuneSms:
    """Set sender, budget and trial mode. Raises `NotAllowed`, `Refusal`."""
    if actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed(_("Only an administrator may change how a commune writes."))
    if commune.level is not Level.COMMUNE:
        raise Refusal(_("Messages are set up for a whole commune."))
    if not facts.trial and facts.monthly_budget is None:
        raise Refusal(_("Please set a budget before residents are written to."))
    row = session.scalar(sa.select(CommuneSms).where(CommuneSms.area_id == commune.id))
    if row is None:
        row = CommuneSms(area_id=commune.id)
        session.add(row)
    was_trial = row.trial is not False
    row.trial, row.sender = facts.trial, facts.sender
    row.monthly_budget, row.changed_at = facts.monthly_budget, now
    audit.record(
        session,
        actor=actor,
        action="commune_sms.changed",
        subject=row,
        now=now,
        trial=facts.trial,
        was_trial=was_trial,
        budget=facts.monthly_budget,
    )
    return row
