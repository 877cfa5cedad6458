"""Stores the invented commune through the same services that people's forms call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from outreach.accounts.models import User

if TYPE_CHECKING:
    from outreach.web.app import Outreach


@dataclass(frozen=True, slots=True)
class Shown:
    """A demonstration account as told once at the first start."""

    role: str
    phone: str
    password: str
    name: str


def fill_when_empty(app: Outreach) -> Sequence[Shown]:
    """Fill a database in which nobody has an account; otherwise do nothing and tell nothing."""
    with app.db.transaction(read_only=True) as session:
        if session.scalar(sa.select(User.id).limit(1)) is not None:
            return ()
    return ()
