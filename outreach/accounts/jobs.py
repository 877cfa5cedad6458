"""What the scheduler does for accounts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import SignInAttempt
from outreach.accounts.rules import WINDOW
from outreach.core.db import Database


def prune_attempts(db: Database, *, now: datetime) -> int:
    """Forget failed tries that no longer count; how many. Once an hour is plenty."""
    with db.transaction() as session:
        old = session.execute(
            sa.delete(SignInAttempt)
            .where(SignInAttempt.at <= now - WINDOW)
            .returning(SignInAttempt.id)
        )
        return len(old.all())
