"""Which devices somebody sees, and which places they answer for."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.stock.models import Handset, Movement, Place, PlaceKind
from outreach.teams import queries as teams

OFFICE = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


def visible(session: orm.Session, actor: User) -> sa.ColumnElement[bool]:
    """Devices of one's area; a leader's: those that came through a team of theirs; one's own bag.

    What went through a team stays visible to its leader: a chain with a hidden link is no chain.
    """
    if actor.role in OFFICE:
        return Handset.area_id.in_(scopes.areas(actor))
    if actor.role is Role.LEADER:
        led = [team.id for team in teams.led_by(session, actor)]
        return _came_through(Place.team_id.in_(led))
    return _came_through(Place.user_id == actor.id)


def _came_through(place: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Handset.id.in_(
        sa.select(Movement.device_id).join(Place, Place.id == Movement.to_place_id).where(place)
    )


def check_runs(session: orm.Session, place: Place, *, actor: User) -> None:
    """Raise `NotAllowed` unless the actor answers for this store, team or bag."""
    if place.kind is PlaceKind.STORE and place.area is not None:
        fine = actor.role in OFFICE and scopes.covers(actor, place.area)
    else:
        fine = place.team_id is not None and teams.runs(session, place.team_id, actor=actor)
    if not fine:
        raise _not_yours()


def check_answers(
    session: orm.Session, device: Handset, team_id: UUID | None, *, actor: User
) -> None:
    """The same for a device that is in no such place now: who had it last, or the commune."""
    if actor.role in OFFICE and scopes.covers(actor, device.area):
        return
    if team_id is None or not teams.runs(session, team_id, actor=actor):
        raise _not_yours()


def _not_yours() -> NotAllowed:
    return NotAllowed(_("This phone is not in a place that you answer for."))
