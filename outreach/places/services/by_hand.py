"""Neighbourhoods and cells, which no official list has: typed, corrected and ended by people.

Callers pass areas that they found within their scope (`accounts.scopes.area_in_scope`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit, text
from outreach.core.db import HasId
from outreach.core.errors import Conflict, NotAllowed
from outreach.core.i18n import gettext as _
from outreach.places import queries
from outreach.places.models import Area, Level, Succession

_BELOW = {Level.COMMUNE: Level.NEIGHBOURHOOD, Level.NEIGHBOURHOOD: Level.CELL}
_OURS = {Level.NEIGHBOURHOOD, Level.CELL}


def level_below(parent: Area) -> Level | None:
    """What may be typed in below an area; None where official lists rule."""
    return _BELOW.get(parent.level) if parent.valid_to is None else None


def may_edit(area: Area) -> bool:
    """Only living neighbourhoods and cells are ours to change."""
    return area.level in _OURS and area.valid_to is None


def add(
    session: orm.Session,
    parent: Area,
    *,
    kind: str,
    name: str,
    since: date,
    actor: HasId,
    now: datetime,
) -> Area:
    """A neighbourhood in a commune, or a cell in a neighbourhood."""
    level = level_below(parent)
    if level is None:
        raise NotAllowed(_("Only neighbourhoods and cells can be added by hand."))
    _refuse_twin(session, parent, kind, name)
    id_ = uuid.uuid4()
    area = Area(
        id=id_,
        level=level,
        kind=kind,
        name=name,
        search_key=text.fold(f"{kind} {name}"),
        sort_key=text.natural_key(name),
        parent_id=parent.id,
        path=f"{parent.path}{id_.hex}/",
        valid_from=since,
    )
    session.add(area)
    audit.record(session, actor=actor, action="area.added", subject=area, now=now, parent=parent.id)
    return area


def correct(
    session: orm.Session, area: Area, *, kind: str, name: str, actor: HasId, now: datetime
) -> Area:
    """Write the name as it should have been all along. A real renaming ends one and adds one."""
    _ours(area)
    parent = session.get_one(Area, area.parent_id)
    _refuse_twin(session, parent, kind, name, but=area)
    area.kind, area.name = kind, name
    area.search_key = text.fold(area.full_name)
    area.sort_key = text.natural_key(name)
    audit.record(session, actor=actor, action="area.corrected", subject=area, now=now)
    return area


def close(
    session: orm.Session,
    area: Area,
    *,
    last_day: date,
    successors: Sequence[Area],
    actor: HasId,
    now: datetime,
) -> None:
    """End a neighbourhood or cell; several successors mean that it was split."""
    _ours(area)
    if last_day < area.valid_from:
        raise Conflict(_("It cannot end before the day it began."))
    if any(child for child in queries.children(session, area)):
        raise Conflict(_("End the cells inside it first."))
    area.valid_to = last_day
    for heir in successors:
        session.add(
            Succession(
                predecessor_id=area.id,
                successor_id=heir.id,
                since=last_day + timedelta(days=1),
                partial=len(successors) > 1,
            )
        )
    audit.record(
        session,
        actor=actor,
        action="area.closed",
        subject=area,
        now=now,
        successors=[heir.id for heir in successors],
    )


def set_hotline(
    session: orm.Session, area: Area, *, hotline: str | None, actor: HasId, now: datetime
) -> None:
    """The number that residents are told, in E.164; communes only."""
    if area.level is not Level.COMMUNE:
        raise NotAllowed(_("Only a commune has a hotline."))
    area.hotline = hotline
    audit.record(session, actor=actor, action="area.hotline_set", subject=area, now=now)


def _ours(area: Area) -> None:
    if not may_edit(area):
        raise NotAllowed(_("Official units change only with the official list."))


def _refuse_twin(
    session: orm.Session, parent: Area, kind: str, name: str, *, but: Area | None = None
) -> None:
    """Two living parts of one area with the same folded name would be taken for each other."""
    twin = session.scalars(
        sa.select(Area).where(
            Area.parent_id == parent.id,
            Area.valid_to.is_(None),
            Area.search_key == text.fold(f"{kind} {name}"),
        )
    ).first()
    if twin is not None and twin is not but:
        raise Conflict(_("%(area)s is there already.", area=twin.full_name))
