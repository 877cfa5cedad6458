"""Homes and people as a volunteer may change them: those that were on a route of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.households import merging
from outreach.households import rules as household_rules
from outreach.households.models import FieldEdit, Household, Resident, ResidentPhone
from outreach.rounds import queries as rounds
from outreach.rounds.models import Handout, Round, Route, State
from outreach.teams import queries as teams

#: How long after its day a home of a route may still be put right from a phone.
STILL_MINE = timedelta(days=31)
MOST_ALIKE = 5

_PEOPLE = orm.selectinload(Household.residents.and_(Resident.left_at.is_(None)))


def home_at_door(
    session: orm.Session, household_id: UUID, *, actor: User, today: date
) -> Household:
    """A home with its area and people, if the actor may change it. `NotFound`, `NotAllowed`."""
    home = session.scalar(
        sa.select(Household)
        .where(Household.id == household_id)
        .options(
            orm.joinedload(Household.area),
            _PEOPLE.selectinload(Resident.phones).joinedload(ResidentPhone.contact_point),
        )
    )
    if home is None:
        raise NotFound(_("There is no such home, or it is not in your area."))
    _check_mine(session, home, actor=actor, today=today)
    return home


def person_at_door(
    session: orm.Session, resident_id: UUID, *, actor: User, today: date
) -> Resident:
    """A person with their home and phones, if the actor may change them."""
    resident = session.scalar(
        sa.select(Resident)
        .where(Resident.id == resident_id)
        .options(
            orm.joinedload(Resident.household).joinedload(Household.area),
            orm.selectinload(Resident.phones).joinedload(ResidentPhone.contact_point),
        )
    )
    if resident is None:
        raise NotFound(_("There is no such person, or they do not live in your area."))
    _check_mine(session, resident.household, actor=actor, today=today)
    return resident


def _check_mine(session: orm.Session, home: Household, *, actor: User, today: date) -> None:
    if rounds.had_home(session, home.id, actor, since=today - STILL_MINE):
        return
    if actor.role is Role.LEADER and scopes.covers(actor, home.area):
        return
    raise NotAllowed(_("This home was not on a route of yours, so you cannot change it."))


@dataclass(frozen=True, slots=True)
class Near:
    """Where a found home stands: the neighbourhood, the route, and a point close by."""

    area_id: UUID
    #: The actor's route that it may be added to; None when that day is over for it.
    route: Route | None
    pin: str


def near(session: orm.Session, stop_id: UUID, *, actor: User, today: date) -> Near:
    """What is known from a stop that the actor was given, wherever that stop is now."""
    rows = session.execute(
        sa.select(Handout, Round)
        .join(Round, Round.id == Handout.round_id)
        .where(Handout.stop_id == stop_id, Round.day >= today - STILL_MINE)
        .order_by(Handout.given_at.desc())
        .options(orm.joinedload(Handout.household))
    )
    for handout, round_ in rows:
        own = handout.volunteer_id == actor.id
        if own or (actor.role is Role.LEADER and teams.runs(session, round_.team_id, actor=actor)):
            home = handout.household
            route = _route(session, round_, handout.volunteer_id)
            return Near(home.area_id, route, merging.pin(home.latitude, home.longitude))
    raise NotAllowed(_("This home was not on a route of yours, so you cannot change it."))


def _route(session: orm.Session, round_: Round, volunteer_id: UUID) -> Route | None:
    if round_.state is not State.PUBLISHED:
        return None
    return session.scalar(
        sa.select(Route).where(Route.round_id == round_.id, Route.walked_by(volunteer_id))
    )


def homes_like(session: orm.Session, area_id: UUID, address: str) -> Sequence[Household]:
    """Homes of the neighbourhood with the same number in the same street."""
    if not address:
        return ()
    return session.scalars(
        sa.select(Household)
        .where(
            Household.area_id == area_id,
            Household.sort_key == household_rules.sort_key(address),
            Household.archived_at.is_(None),
        )
        .order_by(Household.created_at, Household.id)
        .limit(MOST_ALIKE)
    ).all()


def results_of(session: orm.Session, form_id: UUID) -> list[tuple[str, str]]:
    """(field, what became of it) of everything a form changed."""
    rows = session.execute(
        sa.select(FieldEdit.field, FieldEdit.state).where(FieldEdit.form_id == form_id)
    )
    return sorted((field, state.value) for field, state in rows)
