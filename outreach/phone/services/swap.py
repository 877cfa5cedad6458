"""A phone handed over at the door: kept once, then told to the stock and to the home's case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.phone import queries
from outreach.phone.models import Kind
from outreach.phone.services.kept import Sent, once
from outreach.swaps import services as swaps
from outreach.swaps.forms import HandOverForm
from outreach.visits import rules as visits
from outreach.visits.services import Receipt


def hand_over(
    session: orm.Session,
    household_id: UUID,
    form: HandOverForm,
    sent: Sent,
    *,
    actor: User,
    now: datetime,
    today: date,
    zone: ZoneInfo,
    ahead: timedelta = timedelta(),
) -> Receipt:
    """Store a valid form once. Raises what `queries.home_at_door`, `once` and `swaps` raise."""
    home = queries.home_at_door(session, household_id, actor=actor, today=today)
    receipt = once(session, sent, Kind.SWAP, actor=actor, now=now)
    if not receipt.again:
        at = visits.believed(sent.made_at, day=None, now=now, zone=zone, ahead=ahead)
        told = form.hand_over(sent.id, home.id, at)
        swaps.hand_over(session, told, actor=actor, now=now)
    return receipt
