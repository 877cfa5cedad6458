"""Where an account may see: an area's whole subtree, or everywhere for an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.text import fold
from outreach.places.models import Area, Level


def areas(actor: User) -> sa.Select[UUID]:
    """Ids of the areas within the actor's scope, as a subquery for `IN`."""
    chosen = sa.select(Area.id)
    if actor.role is Role.ADMINISTRATOR:
        return chosen
    assert actor.area is not None
    return chosen.where(below(actor.area))


def below(area: Area) -> sa.ColumnElement[bool]:
    """Areas that are `area` or inside it. A path is a chain of ids, so a prefix is a subtree."""
    return sa.and_(Area.path >= area.path, Area.path < area.path + "~")


def covers(actor: User, area: Area) -> bool:
    """Whether `area` lies within the actor's scope."""
    if actor.role is Role.ADMINISTRATOR:
        return True
    return actor.area is not None and area.path.startswith(actor.area.path)


def area_in_scope(session: orm.Session, area_id: UUID, *, actor: User) -> Area:
    """The area, or `NotFound` when it does not exist or is none of the actor's business."""
    area = session.get(Area, area_id)
    if area is None or not covers(actor, area):
        raise NotFound(_("There is no such area, or it is not yours."))
    return area


#: Levels at which people and teams are placed.
PLACED = (Level.PROVINCE, Level.COMMUNE, Level.NEIGHBOURHOOD)
#: More than this is no longer a list one chooses from: one searches first.
MOST_CHOICES = 250
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """Areas for a list in a form. `found` are matches to narrow it to, where there are too many."""

    areas: list[Area]
    too_many: bool = False
    found: tuple[Area, ...] = ()

    def options(self) -> list[tuple[str, str]]:
        """(id, name with the area around it), as select fields want them."""
        return [(str(area.id), with_parent(area)) for area in self.areas]


def with_parent(area: Area) -> str:
    """Its full name and what it lies in: two quarters of one name are told apart."""
    return f"{area.full_name} – {area.parent.full_name}" if area.parent else area.full_name


def to_choose(
    session: orm.Session, *, actor: User, within: UUID | None = None, find: str = ""
) -> Choice:
    """Living areas of the actor's scope to choose from, or to search when there are too many."""
    parent = orm.aliased(Area)
    chosen = (
        sa.select(Area)
        .outerjoin(Area.parent.of_type(parent))
        .where(Area.id.in_(areas(actor)), Area.level.in_(PLACED), Area.valid_to.is_(None))
        .options(orm.contains_eager(Area.parent.of_type(parent)))
        .order_by(sa.func.length(Area.path), parent.sort_key, Area.sort_key, Area.id)
    )
    top = area_in_scope(session, within, actor=actor) if within else None
    if top is not None:
        chosen = chosen.where(below(top))
    listed = list(session.scalars(chosen.limit(MOST_CHOICES + 1)))
    if len(listed) <= MOST_CHOICES:
        return Choice(listed)
    found: list[Area] = []
    if find:
        named = Area.search_key.contains(fold(find), autoescape=True)
        hits = chosen.where(sa.or_(named, Area.code == find.strip())).limit(MOST_FOUND)
        found = list(session.scalars(hits))
    return Choice([top] if top else [], too_many=True, found=tuple(found))
