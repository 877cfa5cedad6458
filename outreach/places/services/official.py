"""Brings the tree in line with an official list, and hangs the old units beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit, text
from outreach.core.db import HasId
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.places.models import Area, Level, Succession
from outreach.places.official import Move, Unit

#: A list that would close more than this share of the living units is probably half a list.
_SUSPICIOUS = 0.05
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an official list changed."""

    added: int
    renamed: int
    closed: int
    reopened: int
    unchanged: int


def columns_of(unit: Unit, parent: Area | None, since: date) -> dict[str, Any]:
    """A new area's columns."""
    id_ = uuid.uuid4()
    return {
        "id": id_,
        "level": unit.level,
        "kind": unit.kind,
        "code": unit.code,
        "name": unit.name,
        "search_key": text.fold(f"{unit.kind} {unit.name}"),
        "sort_key": text.natural_key(unit.name),
        "parent_id": None if parent is None else parent.id,
        "path": f"{parent.path if parent else ''}{id_.hex}/",
        "valid_from": since,
        "valid_to": None,
    }


def import_official(
    session: orm.Session,
    units: list[Unit],
    *,
    since: date,
    actor: HasId | None,
    now: datetime,
    close_many: bool = False,
) -> Imported:
    """Add what is new, rename what is called otherwise, end what is gone. Nothing is deleted.

    `since` is the day the list took effect. Units below communes are never touched. Raises
    Refusal when the list lacks so much that it is probably incomplete, unless `close_many`.
    """
    known = _known(session, units)
    counts = dict.fromkeys(("added", "renamed", "closed", "reopened", "unchanged"), 0)
    placed: dict[tuple[Level, str], Area] = {}
    for unit in units:
        parent = placed.get((Level.PROVINCE, unit.parent))
        area = known.pop((unit.level, unit.code), None)
        if area is None:
            area = Area(**columns_of(unit, parent, since))
            session.add(area)
            counts["added"] += 1
        else:
            counts[_bring_in_line(session, area, unit, parent)] += 1
        placed[unit.level, unit.code] = area
    gone = [area for area in known.values() if area.valid_to is None]
    if len(gone) > max(10, _SUSPICIOUS * len(units)) and not close_many:
        raise Refusal(
            _(
                "The list lacks %(n)s units that exist now, so it is probably incomplete."
                " Nothing was changed.",
                n=len(gone),
            )
        )
    for area in gone:
        area.valid_to = max(area.valid_from, since - _DAY)
    counts["closed"] = len(gone)
    audit.record(
        session, actor=actor, action="places.imported", subject=Area, now=now, since=since, **counts
    )
    return Imported(**counts)


def _known(session: orm.Session, units: list[Unit]) -> dict[tuple[Level, str], Area]:
    """Units of the list's levels: the living ones, else the last that had the code."""
    levels = {unit.level for unit in units}
    found = session.scalars(
        sa.select(Area)
        .where(Area.level.in_(levels), Area.code.is_not(None))
        .order_by(Area.valid_to.is_(None), Area.valid_to)
    )
    listed = {(unit.level, unit.code) for unit in units}
    known = {(area.level, str(area.code)): area for area in found if not _is_old(area)}
    return {key: area for key, area in known.items() if area.valid_to is None or key in listed}


def _is_old(area: Area) -> bool:
    """Units of before 1 July 2025 had the same codes for other territories."""
    return area.valid_to is not None and area.valid_to <= LAST_DAY_OF_DISTRICTS


LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)


def _bring_in_line(session: orm.Session, area: Area, unit: Unit, parent: Area | None) -> str:
    """Make a stored unit what the list says; the answer names the count it belongs to."""
    parent_id = None if parent is None else parent.id
    if area.parent_id != parent_id:
        _move(session, area, parent)
    if area.valid_to is not None:
        area.valid_to = None
        _name(area, unit)
        return "reopened"
    if (area.kind, area.name) != (unit.kind, unit.name):
        _name(area, unit)
        return "renamed"
    return "unchanged"


def _name(area: Area, unit: Unit) -> None:
    area.kind, area.name = unit.kind, unit.name
    area.search_key = text.fold(area.full_name)
    area.sort_key = text.natural_key(unit.name)


def _move(session: orm.Session, area: Area, parent: Area | None) -> None:
    """Hang an area and all below it elsewhere."""
    old, new = area.path, f"{parent.path if parent else ''}{area.id.hex}/"
    session.flush()
    session.execute(
        sa.update(Area)
        .where(Area.path >= old, Area.path < old + "~")
        .values(path=new + sa.func.substr(Area.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )
    area.parent_id = None if parent is None else parent.id
    area.path = new


# --- old units ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Succeeded:
    """What hanging the old units beside the new ones stored."""

    old_units: int
    successions: int
    #: Moves to communes that are not in the tree.
    unplaced: int


def succeed(
    session: orm.Session,
    old: list[Unit],
    moves: Iterable[Move],
    *,
    known_since: date,
    since: date,
    actor: HasId | None,
    now: datetime,
) -> Succeeded:
    """Store the units of before `since` as ended areas, and who took over from each.

    Their names can then be searched. Repeating it adds only what is missing.
    """
    ended = since - _DAY
    areas = _old_areas(session, old, known_since, ended)
    heirs = {
        str(area.code): area.id
        for area in session.scalars(
            sa.select(Area).where(Area.level == Level.COMMUNE, Area.valid_to.is_(None))
        )
    }
    stored = set(session.execute(sa.select(Succession.predecessor_id, Succession.successor_id)))
    rows, unplaced = [], 0
    for move in moves:
        before, after = areas.get((Level.COMMUNE, move.old)), heirs.get(move.new)
        if before is None or after is None:
            unplaced += 1
        elif (before[0], after) not in stored:
            rows.append(_succession(before[0], after, since, partial=move.partial))
    if rows:
        session.execute(sa.insert(Succession), rows)
    done = Succeeded(len(areas), len(rows), unplaced)
    audit.record(
        session,
        actor=actor,
        action="places.succeeded",
        subject=Succession,
        now=now,
        since=since,
        old_units=done.old_units,
        successions=done.successions,
    )
    return done


def _succession(before: UUID, after: UUID, since: date, *, partial: bool) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "predecessor_id": before,
        "successor_id": after,
        "since": since,
        "partial": partial,
    }


_ABOVE = {Level.DISTRICT: Level.PROVINCE, Level.COMMUNE: Level.DISTRICT}


def _old_areas(
    session: orm.Session, units: list[Unit], known_since: date, ended: date
) -> dict[tuple[Level, str], tuple[UUID, str]]:
    """(level, code) -> (id, path) of every old unit, inserting those not stored yet."""
    found = session.execute(
        sa.select(Area.level, Area.code, Area.id, Area.path).where(Area.valid_to == ended)
    )
    areas = {(level, str(code)): (id_, path) for level, code, id_, path in found}
    rows: list[dict[str, Any]] = []
    for unit in units:
        key = (unit.level, unit.code)
        if key in areas:
            continue
        above = areas.get((_ABOVE[unit.level], unit.parent)) if unit.level in _ABOVE else None
        row = columns_of(unit, None, known_since)
        if above is not None:
            row["parent_id"], row["path"] = above[0], f"{above[1]}{row['id'].hex}/"
        row["valid_to"] = ended
        areas[key] = (row["id"], row["path"])
        rows.append(row)
    if rows:
        session.execute(sa.insert(Area), rows)
    return areas
