"""Failed tries, remembered under a keyed digest of what was tried, and the wait they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import orm

from outreach.accounts import queries, rules
from outreach.accounts.models import SignInAttempt
from outreach.core.errors import TooOften


def refuse_if_too_often(
    session: orm.Session,
    subject: str,
    patience: rules.Patience,
    say: Callable[[int], str],
    *,
    now: datetime,
) -> None:
    """Raise `TooOften` when this failed too often; `say` gives the sentence for so many minutes."""
    seconds = rules.wait(queries.failures(session, subject, now=now), patience, now=now)
    if seconds:
        raise TooOften(say(-(-seconds // 60)), retry_after=seconds)


def remember(session: orm.Session, *subjects: str, now: datetime) -> None:
    """These failed now."""
    session.add_all([SignInAttempt(subject=subject, at=now) for subject in subjects])
