"""What a team wants of its nights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.nights.models import Habit
from outreach.teams.models import Team


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether tomorrow is planned every night, for which session, and published at once."""

    plans: bool
    publishes: bool
    #: Minutes since midnight.
    starts: int
    ends: int


def want(session: orm.Session, team: Team, wish: Wish, *, actor: User, now: datetime) -> Habit:
    """Note it; plans are made in the actor's name from now on."""
    if not 0 <= wish.starts < wish.ends <= 24 * 60:
        raise Refusal(_("The session must end after it begins."))
    habit = session.get(Habit, team.id) or Habit(team_id=team.id)
    habit.plans, habit.publishes = wish.plans, wish.publishes
    habit.starts, habit.ends = wish.starts, wish.ends
    habit.told_by_id, habit.told_at = actor.id, now
    session.add(habit)
    audit.record(
        session, actor=actor, action="night.habit_told", subject=team, now=now,
        plans=wish.plans, publishes=wish.publishes,
    )  # fmt: skip
    return habit
