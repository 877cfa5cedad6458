"""The row of a place, made the first time something goes there."""

from __future__ import annotations

from typing import cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.core.text import fold
from outreach.stock.models import Place, PlaceKind

_TABLE = cast("sa.Table", Place.__table__)
_INSERT = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def funder(session: orm.Session, name: str) -> Place:
    return _place(session, PlaceKind.FUNDER, fold(name), name=name)


def recycler(session: orm.Session, name: str) -> Place:
    return _place(session, PlaceKind.RECYCLER, fold(name), name=name)


def store(session: orm.Session, area_id: UUID) -> Place:
    return _place(session, PlaceKind.STORE, area_id, area_id=area_id)


def team(session: orm.Session, team_id: UUID) -> Place:
    return _place(session, PlaceKind.TEAM, team_id, team_id=team_id)


def bag(session: orm.Session, user_id: UUID, team_id: UUID) -> Place:
    """Somebody's bag as this team fills it: who works for two teams has two."""
    return _place(session, PlaceKind.BAG, f"{user_id}:{team_id}", user_id=user_id, team_id=team_id)


def home(session: orm.Session, household_id: UUID) -> Place:
    return _place(session, PlaceKind.HOME, household_id, household_id=household_id)


def lost(session: orm.Session) -> Place:
    return _place(session, PlaceKind.LOST, "")


def _place(session: orm.Session, kind: PlaceKind, whose: object, **given: object) -> Place:
    key = f"{kind.value}:{whose}"
    chosen = sa.select(Place).where(Place.key == key)
    found = session.scalar(chosen)
    if found is None:
        row: dict[str, object] = {
            "name": "",
            "area_id": None,
            "team_id": None,
            "user_id": None,
            "household_id": None,
        }
        connection = session.connection()
        connection.execute(
            _INSERT[connection.dialect.name],
            {**row, "id": uuid4(), "kind": kind, "key": key, **given},
        )
        found = session.scalars(chosen).one()
    return found
