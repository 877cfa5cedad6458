"""What changes by hand touched, as it was before them, so that the last ones can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment
from outreach.rounds.limits import Limits
from outreach.rounds.models import LeftOut, Round, Route, Step, Stop

#: How many changes back one can go.
MOST = 20
UNDONE = "round.change_undone"

Windows = Mapping[UUID, Appointment]
#: A route as JSON: who walks which homes in which order under which locks; no times.
State = dict[str, Any]


def states(routes: Iterable[Route], windows: Windows) -> dict[UUID, State]:
    """Every route as it is, and what its homes were told."""
    return {route.id: _state(route, windows) for route in routes}


def _state(route: Route, windows: Windows) -> State:
    return {
        "id": str(route.id),
        "absent_at": None if route.absent_at is None else route.absent_at.isoformat(),
        "locked": route.locked,
        "full": route.full,
        "partner_id": None if route.partner_id is None else str(route.partner_id),
        "volunteer_id": str(route.volunteer_id),
        "hours": [route.starts, route.ends],
        "limits": [getattr(route, name) for name in Limits.__annotations__],
        "stops": [
            _stop(one, windows.get(one.household_id))
            for one in sorted(route.stops, key=lambda one: one.position)
        ],
    }


def _stop(stop: Stop, window: Appointment | None) -> dict[str, Any]:
    appointment = stop.appointment_id
    return {
        "id": str(stop.id),
        "household_id": str(stop.household_id),
        "locked": stop.locked,
        "service_s": stop.service_s,
        "prize": stop.prize,
        "skill": stop.skill,
        "appointment_id": None if appointment is None else str(appointment),
        "reasons": list(stop.reasons or []),
        "told": None if window is None else appointments.told(window),
    }


def remember(
    session: orm.Session,
    round_: Round,
    before: Mapping[UUID, State],
    after: Mapping[UUID, State],
    *,
    aside: Iterable[LeftOut],
    began: int,
    action: str,
    actor: User,
    now: datetime,
) -> None:
    """Keep the touched routes as they were; what is too long ago is forgotten."""
    touched = [state for id_, state in before.items() if after.get(id_) != state]
    if not touched:  # the change before it can still be undone
        last = sa.update(Step).where(Step.round_id == round_.id, Step.revision == began)
        session.execute(last.values(revision=round_.revision))
        return
    rows = [[str(row.household_id), row.reason, dict(row.values)] for row in aside]
    session.add(
        Step(
            round_id=round_.id,
            made_by_id=actor.id,
            made_at=now,
            action=action,
            began=began,
            revision=round_.revision,
            before={"routes": touched, "aside": rows},
        )
    )
    session.flush()
    newest = sa.select(Step.id).where(Step.round_id == round_.id).order_by(Step.revision.desc())
    if old := session.scalars(newest.offset(MOST)).all():
        session.execute(sa.delete(Step).where(Step.id.in_(old)))
