"""How a commune is answered, and when its phones may ring: stored by its office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.notifications.models import CommuneManner, ReplyWay
from outreach.notifications.queries import manners
from outreach.notifications.rules.manners import NUMBERED, Hours
from outreach.places.models import Area, Level


@dataclass(frozen=True, slots=True)
class Told:
    """What an office says of its commune."""

    way: ReplyWay
    number: str
    keyword: str
    hours: Hours
    hour_before: bool


def save(
    session: orm.Session, area: Area, told: Told, *, actor: User, now: datetime
) -> CommuneManner:
    """Store it; saying it again changes nothing more."""
    if not scopes.covers(actor, area) or area.level is not Level.COMMUNE:
        raise NotAllowed(_("Only a commune of yours has settings for its messages."))
    if told.way in NUMBERED and not told.number:
        raise Refusal(_("Please write the number that residents answer to."))
    row = manners.own_manner(session, area.id) or CommuneManner(area_id=area.id)
    hours = told.hours
    row.reply_way, row.reply_number = told.way, told.number
    row.reply_keyword = told.keyword
    row.opens, row.closes, row.weekends = hours.opens, hours.closes, hours.weekends
    row.siesta_from, row.siesta_until = hours.siesta_from, hours.siesta_until
    row.hour_before = told.hour_before
    session.add(row)
    audit.record(
        session, actor=actor, action="commune_manner.changed", subject=row, now=now, area=area.id,
        way=told.way,
    )  # fmt: skip
    return row
