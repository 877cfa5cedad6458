"""Help recorded or taken back by leaders and officers at a desk, within their area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import queries
from outreach.assistance.models import Channel, Step
from outreach.assistance.services.benefits import refuse_twice
from outreach.assistance.services.checking import Help
from outreach.assistance.services.steps import Circumstances, record_steps, take_back
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _

#: A clock may be this far ahead before we call it the future.
SLACK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DeskStep:
    """One step as somebody with a keyboard tells it."""

    #: Made with the form: the same form again is the same step.
    form_id: UUID
    help: Help
    channel: Channel
    happened_at: datetime
    #: Somebody looked whether another team has given this already, and says it is right.
    acknowledged: bool = False


class TooEarly(Refusal):
    """A day that has not come yet."""


def record_at_desk(
    session: orm.Session, household_id: UUID, step: DeskStep, *, actor: User, now: datetime
) -> None:
    """Record one step for a home in the actor's area."""
    home = queries.household_in_scope(session, household_id, actor=actor)
    if step.happened_at > now + SLACK:
        raise TooEarly(_("That day has not come yet."))
    refuse_twice(session, home.id, step.help, acknowledged=step.acknowledged, actor=actor)
    circumstances = Circumstances(
        form_id=step.form_id, channel=step.channel, happened_at=min(step.happened_at, now)
    )
    record_steps(session, home.id, [step.help], circumstances, actor=actor, now=now)


def take_back_at_desk(session: orm.Session, step_id: UUID, *, actor: User, now: datetime) -> Step:
    """Take back a step of a case in the actor's area."""
    step = queries.step_in_scope(session, step_id, actor=actor)
    take_back(session, step, actor=actor, now=now)
    return step
