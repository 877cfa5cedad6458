"""Reads of the area tree, now and on any day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import text
from outreach.places.models import Area, Level, Succession

LEVELS = list(Level)


def below(area: Area) -> sa.ColumnElement[bool]:
    """The area and everything inside it."""
    return sa.and_(Area.path >= area.path, Area.path < area.path + "~")


def existing(day: date | None = None) -> sa.ColumnElement[bool]:
    """Units that existed on a day; those that have not ended, when no day is given."""
    if day is None:
        return Area.valid_to.is_(None)
    return sa.and_(Area.valid_from <= day, sa.or_(Area.valid_to.is_(None), Area.valid_to >= day))


def children(session: orm.Session, parent: Area | None) -> list[Area]:
    """What lies directly below, in Vietnamese order; the provinces when there is no parent."""
    return list(
        session.scalars(
            sa.select(Area)
            .where(
                Area.parent_id.is_(None) if parent is None else Area.parent_id == parent.id,
                existing(),
            )
            .order_by(Area.sort_key, Area.id)
        )
    )


def ended_below(session: orm.Session, parent: Area) -> list[Area]:
    """Direct parts that have ended, newest first."""
    return list(
        session.scalars(
            sa.select(Area)
            .where(Area.parent_id == parent.id, Area.valid_to.is_not(None))
            .order_by(Area.valid_to.desc(), Area.sort_key)
            .limit(100)
        )
    )


def ids_of_path(area: Area) -> list[UUID]:
    """From the root to the area itself."""
    return [UUID(part) for part in area.path.split("/") if part]


def line_of(session: orm.Session, area: Area) -> list[Area]:
    """From the province down to the area itself."""
    return lines_of(session, [area])[area.id]


def lines_of(session: orm.Session, areas: Iterable[Area]) -> dict[UUID, list[Area]]:
    """`line_of` for many, in one query."""
    wanted = {area.id: ids_of_path(area) for area in areas}
    ids = {part for line in wanted.values() for part in line}
    found = {a.id: a for a in session.scalars(sa.select(Area).where(Area.id.in_(ids)))}
    return {id_: [found[part] for part in line] for id_, line in wanted.items()}


def named(line: Sequence[Area]) -> str:
    """As an address says it, smallest first: "Khu phố 3, Phường Dĩ An"."""
    return ", ".join(area.full_name for area in reversed(line))


@dataclass(frozen=True, slots=True)
class Found:
    """One search result."""

    area: Area
    #: From the province down to the area.
    line: list[Area]
    #: Who took over, where the area has ended.
    successors: list[Area]


def search(
    session: orm.Session, words: str, *, within: Area | None = None, limit: int = 30
) -> list[Found]:
    """Areas by folded name or by code, living ones first; old names lead to their successors."""
    key = text.fold(text.clean(words))
    if not key:
        return []
    query = sa.select(Area).where(
        sa.or_(Area.search_key.contains(key, autoescape=True), Area.code == key)
    )
    if within is not None:
        query = query.where(sa.or_(below(within), _succeeded_within(within)))
    whole = sa.case((Area.search_key.endswith(" " + key, autoescape=True), 0), else_=1)
    order = (Area.valid_to.is_not(None), whole, _rank(), Area.sort_key, Area.id)
    areas = list(session.scalars(query.order_by(*order).limit(limit)))
    lines = lines_of(session, areas)
    after = successors_of(session, [area for area in areas if area.valid_to])
    return [Found(area, lines[area.id], after.get(area.id, [])) for area in areas]


def _succeeded_within(area: Area) -> sa.ColumnElement[bool]:
    heir = orm.aliased(Area)
    return Area.id.in_(
        sa.select(Succession.predecessor_id)
        .join(heir, heir.id == Succession.successor_id)
        .where(heir.path >= area.path, heir.path < area.path + "~")
    )


def _rank() -> sa.ColumnElement[int]:
    """Larger units first."""
    return sa.case({level.value: place for place, level in enumerate(LEVELS)}, value=Area.level)


def successors_of(session: orm.Session, areas: Sequence[Area]) -> dict[UUID, list[Area]]:
    """Who took over each, in Vietnamese order."""
    rows = session.scalars(
        sa.select(Succession)
        .where(Succession.predecessor_id.in_([area.id for area in areas]))
        .options(orm.joinedload(Succession.successor))
    )
    found: dict[UUID, list[Area]] = {}
    for row in rows:
        found.setdefault(row.predecessor_id, []).append(row.successor)
    return {id_: sorted(heirs, key=lambda heir: heir.sort_key) for id_, heirs in found.items()}


def successions(session: orm.Session, area: Area) -> tuple[list[Succession], list[Succession]]:
    """(what it took over, what took it over), with both ends loaded."""
    query = sa.select(Succession).options(
        orm.joinedload(Succession.predecessor), orm.joinedload(Succession.successor)
    )
    before = list(session.scalars(query.where(Succession.successor_id == area.id)))
    after = list(session.scalars(query.where(Succession.predecessor_id == area.id)))
    return (
        sorted(before, key=lambda row: row.predecessor.sort_key),
        sorted(after, key=lambda row: row.successor.sort_key),
    )


def by_code(session: orm.Session, code: str, level: Level | None = None) -> Area | None:
    """The living unit with this official code; a commune's five digits or a province's two."""
    query = sa.select(Area).where(Area.code == code, existing())
    if level is not None:
        query = query.where(Area.level == level)
    return session.scalars(query.order_by(_rank())).first()


def parts(session: orm.Session, area: Area) -> list[Area]:
    """Neighbourhoods and cells inside an area, each before its own cells, in Vietnamese order."""
    found = session.scalars(
        sa.select(Area).where(
            below(area), existing(), Area.level.in_([Level.NEIGHBOURHOOD, Level.CELL])
        )
    )
    by_id = {part.id: part for part in found}

    def place(part: Area) -> list[str]:
        line = (by_id.get(id_) for id_ in ids_of_path(part))
        return [above.sort_key for above in line if above is not None]

    return sorted(by_id.values(), key=place)
