"""What every change of a round has in common: it is expected, counted and audited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.db import zone_of
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.rounds.models import Round


def expect(round_: Round, revision: int | None) -> None:
    """Refuse a change that was decided looking at an older state of the round."""
    if revision is not None and round_.revision != revision:
        raise Conflict(_("Somebody changed this round meanwhile. Please look at it again."))


def expect_ahead(session: orm.Session, round_: Round, now: datetime) -> None:
    """Refuse to change a day that is over: nobody can be told of times that have passed."""
    if round_.day < now.astimezone(zone_of(session)).date():
        raise Conflict(_("This day is over, so its round stays as it was."))


def changed(
    session: orm.Session,
    round_: Round,
    action: str,
    *,
    actor: User | None,
    now: datetime,
    **facts: object,
) -> None:
    """Count the change and write it into the trail."""
    # equal moments would not be a change, and the revision would stand still
    round_.changed_at = now
    orm.attributes.flag_modified(round_, "changed_at")
    audit.record(session, actor=actor, action=action, subject=round_, now=now, **facts)
