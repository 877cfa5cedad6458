"""What a report means for the appointment that the stop was to keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment, State
from outreach.visits import rules
from outreach.visits.models import Outcome


def close(
    session: orm.Session,
    promised: Iterable[Appointment],
    outcome: Outcome,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Kept when somebody was met; missed when not, unless another report kept it."""
    for appointment in promised:
        if appointment.state is State.CANCELLED:
            continue
        if outcome in rules.KEEPS:
            appointments.keep(session, appointment, actor=actor, now=now)
        elif outcome in rules.MISSES and appointment.state is not State.KEPT:
            appointments.miss(session, appointment, actor=actor, now=now)
