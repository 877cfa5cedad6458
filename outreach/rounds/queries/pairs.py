"""Who usually goes together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.rounds.models import Round, Route, State
from outreach.rounds.queries.ledger import SPAN
from outreach.teams.models import Team


def usual_pairs(
    session: orm.Session, team: Team, day: date, able: Collection[UUID]
) -> list[tuple[UUID, UUID]]:
    """The pairs of the team's last published round, as far as both can come. One query."""
    last = (
        sa.select(Round.id)
        .where(
            Round.team_id == team.id,
            Round.published_at.is_not(None),
            Round.state != State.CANCELLED,
            Round.lease_until.is_(None),
            Round.day < day,
            Round.day >= day - SPAN,
        )
        .order_by(Round.day.desc(), Round.starts.desc(), Round.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Route.volunteer_id, Route.partner_id)
        .where(Route.round_id == last, Route.partner_id.is_not(None))
        .order_by(Route.position)
    )
    return [(one, other) for one, other in rows if other and {one, other} <= set(able)]
