"""Keeps in step who was given which home: the memory that late reports and phones rely on.

And that an open home is in one place alone (`queries.holds`): `home_hold` has one row for a home
and a day; other days are looked at with the homes' rows locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.core.db import zone_of
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.rounds.models import Handout, Hold, LeftOut, Round, Route, State, Stop
from outreach.rounds.queries import holds
from outreach.rounds.services.changes import changed
from outreach.rounds.services.timing import Picture

#: Rows in one statement.
_AT_ONCE = 500
#: Reasons of a stop that make it a promise to the home for that day.
PROMISED = frozenset({"appointment", "wanted"})
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def hand_out(session: orm.Session, round_: Round, *, now: datetime) -> None:
    """Note what each volunteer of the round was given since, and what was taken from them.

    Of a round that is not published, everything is taken. Running it again changes nothing.
    Raises `Conflict` when somebody else holds one of its homes that day.
    """
    session.flush()
    open_ = {
        (row.stop_id, row.volunteer_id): row.id
        for row in session.execute(
            sa.select(Handout.id, Handout.stop_id, Handout.volunteer_id).where(
                Handout.round_id == round_.id, Handout.taken_at.is_(None)
            )
        )
    }
    given = _given(session, round_) if round_.published_at is not None else {}
    hold(session, round_, {home: stop for (stop, _user), home in given.items()}, now=now)
    taken = [id_ for key, id_ in open_.items() if key not in given]
    if taken:
        session.execute(sa.update(Handout).where(Handout.id.in_(taken)).values(taken_at=now))
    fresh = [
        {
            "round_id": round_.id,
            "stop_id": stop_id,
            "household_id": household_id,
            "volunteer_id": volunteer_id,
            "given_at": now,
        }
        for (stop_id, volunteer_id), household_id in given.items()
        if (stop_id, volunteer_id) not in open_
    ]
    if fresh:
        session.execute(sa.insert(Handout), fresh)


def _given(session: orm.Session, round_: Round) -> dict[tuple[UUID, UUID], UUID]:
    rows = session.execute(
        sa.select(Stop.id, Route.volunteer_id, Route.partner_id, Stop.household_id)
        .join(Route, Route.id == Stop.route_id)
        .where(Stop.round_id == round_.id)
    )
    return {
        (stop_id, user): home for stop_id, one, other, home in rows for user in (one, other) if user
    }


def hold(
    session: orm.Session, round_: Round, wanted: Mapping[UUID, UUID], *, now: datetime
) -> None:
    """Hold exactly these homes (household → stop) for the round on its day.

    What an expired lease still holds is taken over. Raises `Conflict` for what is held by others,
    on a day to come too unless the home was promised this visit.
    """
    rows = session.execute(
        sa.select(Hold.household_id, Hold.stop_id).where(Hold.round_id == round_.id)
    )
    mine: dict[UUID, UUID] = {home: stop for home, stop in rows}  # noqa: C416 - not pairs
    gone = [home for home, stop in mine.items() if wanted.get(home) != stop]
    own = sa.delete(Hold).where(Hold.round_id == round_.id)
    for at in range(0, len(gone), _AT_ONCE):
        session.execute(own.where(Hold.household_id.in_(gone[at : at + _AT_ONCE])))
    missing = sorted(home for home, stop in wanted.items() if mine.get(home) != stop)
    if not missing:
        return
    _lock(session, missing)
    _take_over(session, round_, missing, now=now)
    plain = _not_promised(session, missing, wanted)
    if holds.coming(session, plain, round_.day, but=round_.id, now=now):
        raise held_by_others(session, round_, plain, now=now)
    made = 0
    for at in range(0, len(missing), _AT_ONCE):
        values = [
            {
                "household_id": home,
                "day": round_.day,
                "round_id": round_.id,
                "stop_id": wanted[home],
            }
            for home in missing[at : at + _AT_ONCE]
        ]
        insert = _INSERT[session.get_bind().dialect.name](Hold)
        rows = insert.values(values).on_conflict_do_nothing().returning(Hold.household_id)
        made += len(session.scalars(rows).all())
    if made < len(missing):
        raise held_by_others(session, round_, missing, now=now)


def _lock(session: orm.Session, homes: Sequence[UUID]) -> None:
    """Two rounds of two days that want one home take turns. Homes come in the order of ids."""
    for at in range(0, len(homes), _AT_ONCE):
        session.execute(
            sa.select(Household.id)
            .where(Household.id.in_(homes[at : at + _AT_ONCE]))
            .order_by(Household.id)
            .with_for_update(key_share=True)
        )


def _not_promised(
    session: orm.Session, homes: Sequence[UUID], wanted: Mapping[UUID, UUID]
) -> list[UUID]:
    """Those of the homes whose stop was neither agreed with them nor wanted that day."""
    promised: set[UUID] = set()
    for at in range(0, len(homes), _AT_ONCE):
        ids = [wanted[home] for home in homes[at : at + _AT_ONCE]]
        rows = session.execute(
            sa.select(Stop.household_id, Stop.appointment_id, Stop.reasons).where(Stop.id.in_(ids))
        )
        promised |= {home for home, agreed, why in rows if agreed or PROMISED & set(why)}
    return [home for home in homes if home not in promised]


def held_by_others(
    session: orm.Session, round_: Round, homes: Collection[UUID], *, now: datetime
) -> Conflict:
    """Says which of the homes another round has."""
    where = ", ".join(holds.addresses(session, homes, round_.day, but=round_.id, now=now))
    return Conflict(
        _(
            "Another round has these homes, or a volunteer took them: %(homes)s."
            " Plan again, or take them off.",
            homes=where,
        )
    )


def _take_over(
    session: orm.Session, round_: Round, homes: Collection[UUID], *, now: datetime
) -> None:
    """Release those of the homes that a round holds whose lease is over."""
    for other in holds.expired(session, homes, round_.day, now=now):
        if other.id != round_.id:
            release(session, other, homes, actor=None, now=now)


def release(
    session: orm.Session,
    round_: Round,
    homes: Collection[UUID] | None = None,
    *,
    actor: User | None,
    now: datetime,
) -> int:
    """Take the homes that were not visited yet (of these, or all) off a claim; how many.

    What was announced is withdrawn; a late report on one of them is still understood.
    """
    session.refresh(round_, with_for_update=True)
    picture = Picture(session, round_, now=now, zone=zone_of(session))
    loose = [
        stop
        for stop in picture.stops()
        if not picture.is_done(stop) and (homes is None or stop.household_id in homes)
    ]
    if not loose:
        return 0
    appointments.withdraw(session, [stop.id for stop in loose], actor=actor, now=now)
    touched = {stop.route for stop in loose}
    for stop in loose:
        stop.route.stops.remove(stop)
        session.delete(stop)
        session.add(
            LeftOut(
                round_id=round_.id, household_id=stop.household_id, reason="lease_over", values={}
            )
        )
    for route in touched:
        picture.retime(route)
    if not picture.stops():
        round_.state = State.CANCELLED
    changed(session, round_, "round.homes_released", actor=actor, now=now, count=len(loose))
    hand_out(session, round_, now=now)
    return len(loose)
