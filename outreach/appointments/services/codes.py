"""Visit codes: four random digits that no other open appointment of the area and day has."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.appointments import queries


def new_code(taken: Collection[str]) -> str:
    """Four random digits that are free; where nearly all are taken, any four."""
    for _attempt in range(200):
        code = f"{secrets.randbelow(10_000):04}"
        if code not in taken:
            break
    return code


class Codes:
    """New codes for many homes: what each area has taken is read once."""

    def __init__(self, session: orm.Session, moment: datetime) -> None:
        self._session, self._moment = session, moment
        self._taken: dict[UUID, set[str]] = {}

    def new(self, area_id: UUID) -> str:
        if area_id not in self._taken:
            self._taken[area_id] = queries.codes_taken(self._session, area_id, self._moment)
        code = new_code(self._taken[area_id])
        self._taken[area_id].add(code)
        return code
