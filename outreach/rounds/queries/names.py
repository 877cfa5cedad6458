"""Reads around a round: names for its sentences, points for its map, people for its paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.households.models import Household, Resident, ResidentPhone
from outreach.rounds.models import LeftOut, Round, Route

#: Points of left-out homes drawn on a map; more would hide the routes.
MOST_POINTS = 2000


def names_in(session: orm.Session, round_: Round, rows: Collection[LeftOut]) -> dict[str, str]:
    """As `names_for`, for the sentences of these rows."""
    return names_for(session, round_, [row.values for row in rows])


def names_for(
    session: orm.Session, round_: Round, facts: Collection[Mapping[str, Any]]
) -> dict[str, str]:
    """By id: people of the round and people whom these facts name, and addresses of their homes."""
    rows = session.execute(
        sa.select(Route.volunteer_id, Route.partner_id).where(Route.round_id == round_.id)
    )
    pairs: dict[UUID, UUID | None] = {one: other for one, other in rows}  # noqa: C416 - no pairs
    named = _named(facts)
    ids = {*pairs, *(one for one in pairs.values() if one), *named}
    users = session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    known: dict[UUID, str] = {id_: name for id_, name in users}  # noqa: C416 - not pairs
    people = [
        (id_, name + (f" + {known[other]}" if (other := pairs.get(id_)) in known else ""))
        for id_, name in known.items()
    ]
    return {str(id_): name for id_, name in people} | _addresses(session, facts)


def _named(facts: Collection[Mapping[str, Any]]) -> set[UUID]:
    return {UUID(one) for said in facts for one in str(said.get("people", "")).split()}


def _addresses(session: orm.Session, facts: Collection[Mapping[str, Any]]) -> dict[str, str]:
    wanted = [UUID(said["household"]) for said in facts if "household" in said]
    homes = session.execute(
        sa.select(Household.id, Household.address).where(Household.id.in_(wanted))
    )
    return {str(id_): address for id_, address in homes}


def facts_names(session: orm.Session, facts: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """By id: people whom these facts mention, and addresses of their homes."""
    rows = session.execute(sa.select(User.id, User.name).where(User.id.in_(_named(facts))))
    return {str(id_): name for id_, name in rows} | _addresses(session, facts)


def unplanned_points(session: orm.Session, round_: Round) -> Sequence[LeftOut]:
    """Left-out homes that have a point and something to be helped with."""
    return session.scalars(
        sa.select(LeftOut)
        .join(LeftOut.household)
        .where(
            LeftOut.round_id == round_.id,
            LeftOut.reason != "nothing_missing",
            Household.latitude.is_not(None),
        )
        .options(orm.contains_eager(LeftOut.household))
        .order_by(Household.sort_key, LeftOut.id)
        .limit(MOST_POINTS)
    ).all()


def people_at(session: orm.Session, household_ids: Sequence[UUID]) -> dict[UUID, list[Resident]]:
    """Who lives at these homes, with phones, heads first. Three queries."""
    found: dict[UUID, list[Resident]] = {id_: [] for id_ in household_ids}
    residents = session.scalars(
        sa.select(Resident)
        .where(Resident.household_id.in_(household_ids), Resident.left_at.is_(None))
        .options(orm.selectinload(Resident.phones).joinedload(ResidentPhone.contact_point))
        .order_by(Resident.household_id, Resident.position)
    )
    for resident in residents:
        found[resident.household_id].append(resident)
    return found
