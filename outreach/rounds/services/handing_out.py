"""Keeps in step who was given which home: the memory that late reports and phones rely on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.rounds.models import Handout, Round, Route, Stop


def hand_out(session: orm.Session, round_: Round, *, now: datetime) -> None:
    """Note what each volunteer of the round was given since, and what was taken from them.

    Of a round that is not published, everything is taken. Running it again changes nothing.
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


def _given(session: orm.Session, round_: Round) -> dict[tuple[object, object], object]:
    rows = session.execute(
        sa.select(Stop.id, Route.volunteer_id, Stop.household_id)
        .join(Route, Route.id == Stop.route_id)
        .where(Stop.round_id == round_.id)
    )
    return {(stop_id, volunteer_id): home for stop_id, volunteer_id, home in rows}
