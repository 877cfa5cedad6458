"""The end of the day: what should be in a bag, and what is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.stock import queries, rules
from outreach.stock.models import Count
from outreach.stock.services.receiving import receive


@dataclass(frozen=True, slots=True)
class Counted:
    """That a count is stored. `again`: it was before, and nothing was changed."""

    count: Count
    again: bool = False


class ReusedCount(Conflict):
    """A count's id came again with something else in it."""

    code = "reused"


def count_bag(
    session: orm.Session,
    form_id: UUID,
    ticked: Collection[UUID],
    *,
    fingerprint: str,
    made_at: datetime,
    actor: User,
    now: datetime,
) -> Counted:
    """Compare what the actor found with what the books have in their bags now.

    The books decide when it arrives: a hand-over that came before it is no longer expected, one
    that comes later takes its device off the list of missing ones by leaving the bag. To find
    something is to confirm that one got it. Raises `ReusedCount`.
    """
    known = session.get(Count, form_id)
    if known is not None:
        if known.fingerprint != fingerprint or known.by_id != actor.id:
            raise ReusedCount(
                _("This form was already used for something else, so nothing was stored.")
            )
        return Counted(known, again=True)
    expected = [one.device for one in queries.bag_of(session, actor)]
    found = {str(one) for one in ticked}
    count = Count(
        id=form_id,
        user_id=actor.id,
        by_id=actor.id,
        made_at=made_at,
        at=now,
        expected=len(expected),
        missing=rules.missing([str(one.id) for one in expected], found),
        fingerprint=fingerprint,
    )
    session.add(count)
    audit.record(
        session, actor=actor, action="device.bag_counted", subject=count, now=now,
        expected=count.expected, missing=len(count.missing),
    )  # fmt: skip

    receive(session, ticked, actor=actor, now=now)
    return Counted(count)
