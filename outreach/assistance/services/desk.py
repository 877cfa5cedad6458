"""Help recorded or taken back by leaders and officers at a desk, within their area."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import queries
from outreach.assistance.models import Channel, Step
from outreach.assistance.services.checking import Help
from outreach.assistance.services.steps import Circumstances, record_steps, take_back
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _

#: A clock may be this far ahead before we call it the future.
SLACK = timedelta(minutes=10)


def record_at_desk(
    session: orm.Session,
    household_id: UUID,
    one: Help,
    *,
    form_id: UUID,
    channel: Channel,
    happened_at: datetime,
    actor: User,
    now: datetime,
) -> None:
    """Record one step for a home in the actor's area. The same form again is the same step."""
    home = queries.household_in_scope(session, household_id, actor=actor)
    if happened_at > now + SLACK:
        raise Refusal(_("That day has not come yet."))
    circumstances = Circumstances(
        form_id=form_id, channel=channel, happened_at=min(happened_at, now)
    )
    record_steps(session, home.id, [one], circumstances, actor=actor, now=now)


def take_back_at_desk(session: orm.Session, step_id: UUID, *, actor: User, now: datetime) -> Step:
    """Take back a step of a case in the actor's area."""
    step = queries.step_in_scope(session, step_id, actor=actor)
    take_back(session, step, actor=actor, now=now)
    return step
