"""The call list: filled by the program, worked off by people, one call for each visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.messaging import services as messaging
from outreach.messaging.models import Source
from outreach.notifications.models import Call, CallResult, CallState
from outreach.notifications.queries import calls as queries
from outreach.notifications.queries.calls import Needed


def add(session: orm.Session, needed: Sequence[Needed], zone: ZoneInfo, *, now: datetime) -> int:
    """Put visits on the list that are not on it and never were; how many."""
    known = queries.listed_for(session, [one.appointment_id for one in needed])
    rows = [
        {
            "id": uuid4(),
            "appointment_id": one.appointment_id,
            "household_id": one.household_id,
            "area_id": one.area_id,
            "phone": one.phone,
            "reason": one.reason,
            "detail": one.detail,
            "day": one.starts_at.astimezone(zone).date(),
            "state": CallState.OPEN,
            "opened_at": now,
        }
        for one in needed
        if one.appointment_id not in known
    ]
    if rows:
        session.execute(sa.insert(Call), rows)
        audit.record(
            session, actor=None, action="call.listed", subject=Call, now=now, count=len(rows)
        )
    return len(rows)


def close_idle(session: orm.Session, idle: Sequence[Call], *, now: datetime) -> None:
    """What nobody has to say any more leaves the list."""
    for call in idle:
        call.state, call.result, call.closed_at = CallState.CLOSED, CallResult.NOT_NEEDED, now
    if idle:
        audit.record(
            session, actor=None, action="call.not_needed", subject=Call, now=now, count=len(idle)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a call."""

    result: CallResult
    note: str = ""
    again_at: datetime | None = None


def finish(session: orm.Session, call: Call, told: Told, *, actor: User, now: datetime) -> Call:
    """Note the result, and do what it means. The same result again changes nothing."""
    if call.state is CallState.CLOSED:
        if call.result is told.result:
            return call
        raise Conflict(_("Somebody has made this call already."))
    if told.result is CallResult.REMOVED and not told.note:
        raise Refusal(_("Please say why they are taken off the list."))
    if told.result is CallResult.LATER and (told.again_at is None or told.again_at <= now):
        raise Refusal(_("Please say when to call again."))
    _carry_out(session, call, told, actor=actor, now=now)
    call.result, call.note = told.result, told.note
    if told.result is CallResult.LATER:
        call.state, call.again_at = CallState.LATER, told.again_at
    else:
        call.state, call.closed_at, call.closed_by_id = CallState.CLOSED, now, actor.id
    audit.record(
        session, actor=actor, action="call.made", subject=call, now=now, result=told.result
    )
    return call


def _carry_out(session: orm.Session, call: Call, told: Told, *, actor: User, now: datetime) -> None:
    if told.result is CallResult.AGREED:
        appointments.confirm(session, call.appointment, by="call", actor=actor, now=now)
    elif told.result is CallResult.REMOVED:
        appointments.cancel(session, call.appointment, actor=actor, now=now)
    elif told.result is CallResult.WRONG_NUMBER and call.phone:
        messaging.opt_out(
            session, call.phone, source=Source.CALL, reason="wrong_number", actor=actor, now=now
        )
