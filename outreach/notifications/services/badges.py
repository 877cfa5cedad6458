"""Badges: one living one a person; a lost one is ended by making another."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.notifications.models import Badge
from outreach.notifications.queries import public


def issue(session: orm.Session, user: User, *, actor: User, now: datetime) -> Badge:
    """The badge somebody has, or a first one."""
    return public.badge_of(session, user.id) or _made(session, user, actor=actor, now=now)


def replace(session: orm.Session, user: User, *, actor: User, now: datetime) -> Badge:
    """A new badge; every one before it is worth nothing from now on."""
    while old := public.badge_of(session, user.id):
        old.ended_at = now
        session.flush()
        audit.record(session, actor=actor, action="badge.ended", subject=old, now=now)
    return _made(session, user, actor=actor, now=now)


def _made(session: orm.Session, user: User, *, actor: User, now: datetime) -> Badge:
    badge = Badge(id=uuid4(), user_id=user.id, user=user, issued_at=now)
    session.add(badge)
    audit.record(session, actor=actor, action="badge.issued", subject=badge, now=now, user=user.id)
    return badge
