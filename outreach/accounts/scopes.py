"""Where an account may see: an area's whole subtree, or everywhere for an administrator."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.places.models import Area


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
