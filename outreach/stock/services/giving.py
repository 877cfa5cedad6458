"""The usual ways of a device, each checked against what the actor answers for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.errors import NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.stock import queries
from outreach.stock.models import Condition, Handset, Movement, Place, PlaceKind, Received
from outreach.stock.services import places
from outreach.stock.services.moving import WrongWay, move
from outreach.teams import queries as teams
from outreach.teams.models import Team


def give_to_team(
    session: orm.Session, device_ids: Collection[UUID], team_id: UUID, *, actor: User, now: datetime
) -> int:
    """From the commune's store to a team of it: all, or none. How many."""
    team = teams.team_in_scope(session, team_id, actor=actor)
    devices = _chosen(session, device_ids, actor)
    to = places.team(session, team.id)
    for device in devices:
        if not team.area.path.startswith(device.area.path):
            raise NotAllowed(_("This team belongs to another commune than the phone."))
        expected = places.store(session, device.area_id)
        queries.check_runs(session, expected, actor=actor)
        move(session, device, to, actor=actor, now=now, expected=expected.id)
    return len(devices)


def give_to_bag(
    session: orm.Session,
    device_ids: Collection[UUID],
    team_id: UUID,
    user_id: UUID,
    *,
    actor: User,
    now: datetime,
) -> int:
    """From a team's cupboard into a member's bag: all, or none. The member confirms."""
    team = teams.team_in_scope(session, team_id, actor=actor)
    member = _member(session, team, user_id)
    expected, to = places.team(session, team.id), places.bag(session, member.id, team.id)
    devices = _chosen(session, device_ids, actor)
    received = Received.CONFIRMED if member.id == actor.id else None
    for device in devices:
        move(session, device, to, actor=actor, now=now, expected=expected.id, received=received)
    return len(devices)


def _chosen(session: orm.Session, ids: Collection[UUID], actor: User) -> Sequence[Handset]:
    if not ids:
        raise Refusal(_("Choose at least one phone."))
    # always in the same order, so that two people who give away the same phones do not wait for
    # each other for ever
    return [queries.device_in_scope(session, one, actor=actor) for one in sorted(set(ids))]


def _member(session: orm.Session, team: Team, user_id: UUID) -> User:
    user = session.get(User, user_id)
    place = teams.place_of(session, team, user) if user else None
    if user is None or place is None or place.left_on is not None:
        raise NotAllowed(_("This person is not in the team."))
    return user


def take_back(
    session: orm.Session,
    device_id: UUID,
    *,
    actor: User,
    now: datetime,
    note: str = "",
    faulty: bool = False,
) -> Movement:
    """One step up: home -> team, bag -> team, team -> store. Raises `WrongWay` from elsewhere."""
    device, here = _here(session, device_id, actor)
    if here.kind is PlaceKind.TEAM:
        to = places.store(session, device.area_id)
    elif here.kind is PlaceKind.BAG and here.team_id is not None:
        to = places.team(session, here.team_id)
    elif here.kind is PlaceKind.HOME:
        to = places.team(session, _team_of(session, device))
    else:
        raise WrongWay(_("This phone cannot be taken back from there."))
    if faulty:
        device.condition = Condition.FAULTY
    return move(session, device, to, actor=actor, now=now, expected=here.id, note=note)


def _here(session: orm.Session, device_id: UUID, actor: User) -> tuple[Handset, Place]:
    """A device and its place, if the actor answers for that place."""
    device = queries.device_in_scope(session, device_id, actor=actor)
    here = queries.standing(session, device_id).to_place
    if here.kind in {PlaceKind.HOME, PlaceKind.LOST}:
        team_id = queries.last_team(session, device_id)
        queries.check_answers(session, device, team_id, actor=actor)
    else:
        queries.check_runs(session, here, actor=actor)
    return device, here


def _team_of(session: orm.Session, device: Handset) -> UUID:
    found = queries.last_team(session, device.id)
    if found is None:
        raise WrongWay(_("This phone cannot be taken back from there."))
    return found


def send_away(
    session: orm.Session,
    device_id: UUID,
    *,
    to_recycler: bool,
    name: str,
    actor: User,
    now: datetime,
) -> Movement:
    """From the store to a recycler, or back to a funder (a carrier, for a faulty one)."""
    device, here = _here(session, device_id, actor)
    to = places.recycler(session, name) if to_recycler else places.funder(session, name)
    return move(session, device, to, actor=actor, now=now, expected=here.id)


def lose(
    session: orm.Session, device_id: UUID, *, reason: str, actor: User, now: datetime
) -> Movement:
    """Report a device lost from where the books have it. The reason is asked for."""
    if not reason:
        raise Refusal(_("Write how it was lost."))
    device, here = _here(session, device_id, actor)
    lost = places.lost(session)
    return move(session, device, lost, actor=actor, now=now, expected=here.id, note=reason)


def find_again(
    session: orm.Session, device_id: UUID, *, note: str, actor: User, now: datetime
) -> Movement:
    """It turned up: to the team that had it last, else to the commune's store."""
    device, here = _here(session, device_id, actor)
    if here.kind is not PlaceKind.LOST:
        raise WrongWay(_("This phone is not lost."))
    team_id = queries.last_team(session, device_id)
    to = places.team(session, team_id) if team_id else places.store(session, device.area_id)
    return move(session, device, to, actor=actor, now=now, expected=here.id, note=note)
