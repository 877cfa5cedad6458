"""Reports that arrive after their stop is gone, moved or withdrawn: whose they are, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.core.errors import Conflict, NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.rounds import queries as rounds
from outreach.rounds.models import Handout, Round, Stop
from outreach.teams import queries as teams
from outreach.visits.models import Lateness, Recall, Report


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that came before, as far as its next sending needs to know."""

    fingerprint: str
    volunteer_id: UUID
    received_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class AtStop:
    """A stop as far as a report on it needs to know."""

    household_id: UUID
    #: The stop it counts for; None when the home is on no route any more.
    stop_id: UUID | None
    #: The round's day; None when no round is known.
    day: date | None
    #: The report that has this id already, wherever it belongs.
    stored: Stored | None
    #: What the stop was to keep.
    appointments: Sequence[Appointment]
    #: What had changed since the phone was given the home.
    lateness: Lateness | None = None
    #: When the report was taken back, if that came first.
    recalled_at: datetime | None = None
    #: Whether the volunteer took the home by themselves, for a while.
    leased: bool = False


def lost(
    session: orm.Session,
    stop_id: UUID,
    report_id: UUID,
    *,
    actor: User,
    household_id: UUID | None,
) -> AtStop:
    """A stop that is not there (any more). Raises `NotFound` when it never was the actor's."""
    known = stored(session, report_id)
    given = _given(session, stop_id, actor)
    if given is None:
        return _unheard_of(session, household_id, known, report_id, actor)
    handout, round_ = given
    here = session.scalar(
        sa.select(Stop.id).where(
            Stop.round_id == handout.round_id, Stop.household_id == handout.household_id
        )
    )
    return AtStop(
        household_id=handout.household_id,
        stop_id=here,
        day=round_.day,
        stored=known,
        appointments=promised_at(session, here) if here else (),
        lateness=Lateness.STOP_GONE,
        recalled_at=recalled(session, report_id, actor),
    )


def _given(session: orm.Session, stop_id: UUID, actor: User) -> tuple[Handout, Round] | None:
    """The newest time the stop was given to the actor, or to somebody of a team they run."""
    rows = session.execute(
        sa.select(Handout, Round)
        .join(Round, Round.id == Handout.round_id)
        .where(Handout.stop_id == stop_id)
        .order_by(Handout.given_at.desc())
    )
    for handout, round_ in rows:
        if handout.volunteer_id == actor.id:
            return handout, round_
        if actor.role is not Role.VOLUNTEER and teams.runs(session, round_.team_id, actor=actor):
            return handout, round_
    return None


def _unheard_of(
    session: orm.Session,
    household_id: UUID | None,
    known: Stored | None,
    report_id: UUID,
    actor: User,
) -> AtStop:
    """The route is not in this database: it was restored, or the address is nobody's."""
    home = session.scalar(
        sa.select(Household).where(
            Household.id == household_id, Household.area_id.in_(scopes.areas(actor))
        )
    )
    if home is None:
        raise NotFound(_("This home is not on the route any more. Look at your day again."))
    return AtStop(
        household_id=home.id,
        stop_id=None,
        day=None,
        stored=known,
        appointments=(),
        lateness=Lateness.UNKNOWN,
        recalled_at=recalled(session, report_id, actor),
    )


def check_given(
    session: orm.Session, stop_id: UUID, volunteer_id: UUID, team_id: UUID, *, actor: User
) -> None:
    """Raise `NotAllowed` unless a stop that is somebody else's now was the actor's before."""
    if rounds.was_given(session, stop_id, actor):
        return
    if actor.role is Role.VOLUNTEER:
        raise NotAllowed(_("This home is on somebody else's route."))
    raise NotAllowed(_("This home is on a route of another team."))


def check_was_published(session: orm.Session, stop_id: UUID, *, actor: User) -> None:
    """Raise `Conflict` unless the actor saw this round before it was taken back."""
    if not rounds.was_given(session, stop_id, actor):
        raise Conflict(_("This round is not published, so its homes cannot be reported on."))


def stored(session: orm.Session, report_id: UUID) -> Stored | None:
    """The report that has this id, whoever stored it."""
    row = session.execute(
        sa.select(
            Report.fingerprint, Report.volunteer_id, Report.received_at, Report.undone_at
        ).where(Report.id == report_id)
    ).one_or_none()
    return Stored(*row) if row else None


def recalled(session: orm.Session, report_id: UUID, actor: User) -> datetime | None:
    """When the actor took back a report that had not come yet."""
    return session.scalar(
        sa.select(Recall.at).where(Recall.id == report_id, Recall.volunteer_id == actor.id)
    )


def promised_at(session: orm.Session, stop_id: UUID) -> list[Appointment]:
    """What a stop was to keep, unless cancelled."""
    chosen = sa.select(Appointment).where(
        Appointment.stop_id == stop_id, Appointment.state != Promise.CANCELLED
    )
    return list(session.scalars(chosen))
