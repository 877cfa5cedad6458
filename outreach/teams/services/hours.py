"""When members can come: told by themselves or by whoever runs the team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.teams import rules
from outreach.teams.models import DayAvailability, Member, WeeklyAvailability

Minutes = tuple[int, int]


def tell_week(
    session: orm.Session,
    member: Member,
    week: Mapping[int, Minutes],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Say the whole week anew: hours by weekday (0 is Monday), none on days left out."""
    _refuse_others(member, actor=actor)
    session.execute(sa.delete(WeeklyAvailability).where(WeeklyAvailability.member_id == member.id))
    session.add_all(
        WeeklyAvailability(member_id=member.id, weekday=weekday, starts=starts, ends=ends)
        for weekday, (starts, ends) in week.items()
    )
    member.week_told_at = now
    audit.record(
        session, actor=actor, action="member.week_told", subject=member, now=now, days=len(week)
    )


def tell_day(
    session: orm.Session,
    member: Member,
    day: date,
    hours: Minutes | None,
    *,
    actor: User,
    now: datetime,
    today: date,
) -> None:
    """Say that one day differs: other hours, or None for absent. Said again, it replaces."""
    _refuse_others(member, actor=actor)
    if day < today:
        raise Refusal(_("This day is over."))
    starts, ends = hours or (None, None)
    row = session.scalar(_row(member, day))
    if row is None:
        row = DayAvailability(member_id=member.id, day=day)
        session.add(row)
    row.starts, row.ends, row.told_at = starts, ends, now
    audit.record(session, actor=actor, action="member.day_told", subject=member, now=now, day=day)


def tell_limits(
    session: orm.Session,
    member: Member,
    limits: Mapping[str, int | None],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Say anew when they rest and how much they can bear on a day: columns of `Member`."""
    _refuse_others(member, actor=actor)
    for name in ("rest_from", "rest_until", "rest_minutes", "most_visits", "most_walking"):
        setattr(member, name, limits[name])
    audit.record(session, actor=actor, action="member.limits_told", subject=member, now=now)


def forget_day(
    session: orm.Session, member: Member, day: date, *, actor: User, now: datetime
) -> None:
    """That day is like its weekday again."""
    _refuse_others(member, actor=actor)
    row = session.scalar(_row(member, day))
    if row is not None:
        session.delete(row)
        audit.record(
            session, actor=actor, action="member.day_forgotten", subject=member, now=now, day=day
        )


def _row(member: Member, day: date) -> sa.Select[DayAvailability]:
    return sa.select(DayAvailability).where(
        DayAvailability.member_id == member.id, DayAvailability.day == day
    )


def _refuse_others(member: Member, *, actor: User) -> None:
    if not rules.may_tell_hours(actor, member):
        raise NotAllowed(_("These hours are not yours to tell."))
