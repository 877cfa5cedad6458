"""What every factory has: a session, and a way to store a row."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from outreach.core.db import Model, Session

T = TypeVar("T", bound=Model)
LONG_AGO = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = count(1)


class Factory:
    """Base of the factories."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def saved(self, row: T) -> T:
        self.session.add(row)
        self.session.commit()
        return row

    @staticmethod
    def number() -> int:
        """A number no other row of this run has."""
        return next(_numbers)
