"""What somebody who holds a visit code, or scans a badge, may know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.appointments.models import Appointment, State
from outreach.households.models import ContactPoint, Household, Resident, ResidentPhone
from outreach.notifications.models import Badge
from outreach.places.models import Area
from outreach.rounds.models import Round, Route, Stop
from outreach.teams.models import Member, Team

#: A code is good until the visitor may still come late, and no sooner than people are told.
LATE = timedelta(hours=3)
AHEAD = timedelta(days=15)
DIGITS = 3


def visits_with(
    session: orm.Session, code: str, digits: str, *, now: datetime
) -> Sequence[Appointment]:
    """Living appointments with this code in homes whose phone ends in these digits."""
    reached = (
        sa.select(Resident.household_id)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(ContactPoint.number.endswith(digits, autoescape=True), Resident.left_at.is_(None))
    )
    return session.scalars(
        _living(now)
        .where(Appointment.visit_code == code, Appointment.household_id.in_(reached))
        .limit(2)
    ).all()


def living(session: orm.Session, appointment_id: UUID, *, now: datetime) -> Appointment | None:
    """The appointment while its code is good."""
    return session.scalar(_living(now).where(Appointment.id == appointment_id))


def _living(now: datetime) -> sa.Select[Appointment]:
    home = orm.joinedload(Appointment.household)
    return (
        sa.select(Appointment)
        .where(
            Appointment.state == State.OPEN,
            Appointment.ends_at > now - LATE,
            Appointment.starts_at < now + AHEAD,
        )
        .options(home.joinedload(Household.area), orm.joinedload(Appointment.visitor))
        .order_by(Appointment.starts_at)
    )


def phone_of(session: orm.Session, household_id: UUID, digits: str) -> str:
    """The home's number that ends so."""
    return (
        session.scalar(
            sa.select(ContactPoint.number)
            .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
            .join(Resident, Resident.id == ResidentPhone.resident_id)
            .where(
                Resident.household_id == household_id,
                Resident.left_at.is_(None),
                ContactPoint.number.endswith(digits, autoescape=True),
            )
            .order_by(Resident.position, ContactPoint.number)
            .limit(1)
        )
        or ""
    )


def team_of(session: orm.Session, appointment: Appointment) -> Team | None:
    """The team that comes: of the round the visit is a stop of, else none yet."""
    if appointment.stop_id is None:
        return None
    return session.scalar(
        sa.select(Team)
        .join(Round, Round.team_id == Team.id)
        .join(Route, Route.round_id == Round.id)
        .join(Stop, Stop.route_id == Route.id)
        .where(Stop.id == appointment.stop_id)
    )


def badge(session: orm.Session, badge_id: UUID) -> Badge | None:
    """A badge that has not been ended, with who carries it."""
    return session.scalar(
        sa.select(Badge)
        .where(Badge.id == badge_id, Badge.ended_at.is_(None))
        .options(orm.joinedload(Badge.user))
    )


def teams_of(session: orm.Session, user_id: UUID, *, on: date) -> Sequence[Team]:
    """The living teams somebody belongs to that day."""
    return session.scalars(
        sa.select(Team)
        .join(Member, Member.team_id == Team.id)
        .where(
            Member.user_id == user_id,
            sa.or_(Member.left_on.is_(None), Member.left_on > on),
            sa.or_(Team.dissolved_on.is_(None), Team.dissolved_on > on),
        )
        .options(orm.joinedload(Team.area).joinedload(Area.parent))
        .order_by(Team.sort_key)
    ).all()


def is_in(session: orm.Session, user_id: UUID, team_ids: Sequence[UUID]) -> bool:
    """Whether somebody is a member of one of these teams."""
    member = sa.select(Member.id).where(
        Member.user_id == user_id, Member.team_id.in_(team_ids), Member.left_on.is_(None)
    )
    return session.scalar(member.limit(1)) is not None


def badge_of(session: orm.Session, user_id: UUID) -> Badge | None:
    """Somebody's badge, if one was made and not ended."""
    chosen = sa.select(Badge).where(Badge.user_id == user_id, Badge.ended_at.is_(None))
    return session.scalar(chosen.order_by(Badge.issued_at.desc()).limit(1))
