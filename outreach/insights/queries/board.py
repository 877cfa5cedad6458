"""The day as it goes: one line a route, and the homes behind every number of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import Device, User
from outreach.households.models import Household
from outreach.insights.queries import Rows
from outreach.insights.rules import Need, Progress, midnight, minute_of, needs
from outreach.rounds.models import Round, Route, State, Stop
from outreach.teams.models import Team
from outreach.visits.models import Outcome, Report

#: What volunteers were told to do, even while it is being planned anew.
SHOWN = sa.and_(Round.published_at.is_not(None), Round.state != State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Line:
    """One volunteer's route and how far it is. Minutes planned include walking and waiting."""

    route_id: UUID
    round_id: UUID
    #: Order in its round: colour and shape on the map.
    position: int
    team: str
    volunteer: str
    planned: int
    done: int
    outcomes: dict[Outcome, int]
    minutes_planned: int
    #: From the first report to the last one; None before there are two moments to compare.
    minutes_spent: int | None
    #: Whether the volunteer said they cannot come after all.
    absent: bool
    #: When the server last heard of this route.
    heard_at: datetime | None
    #: When their phone was last in contact, and how many reports it then said it holds.
    contact_at: datetime | None
    held: int | None
    #: Reports that came after the route had changed, or were carried by somebody else.
    late: int
    carried: int
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The lines added up."""

    planned: int
    done: int
    outcomes: dict[Outcome, int]
    needing: int


_PARTNER = orm.aliased(User)
#: Both of a pair, as `Route.names`.
_WALKERS = User.name + sa.func.coalesce(sa.literal(" + ") + _PARTNER.name, "")


def lines(
    session: orm.Session, *, actor: User, day: date, now: datetime, zone: Any, team: UUID | None
) -> list[Line]:
    """Every published route of the day within the actor's scope, by team and position."""
    latest = _latest(day)
    minute = minute_of(now, day, zone)
    by_now = min(max(minute, 0), 1440) * 60  # a day far off has more seconds than a column holds
    phone = _phones()
    rows = session.execute(
        sa.select(
            Route,
            phone.c.contact_at,
            phone.c.held,
            phone.c.held_since,
            _sum(latest.c.lateness.is_not(None)).label("late"),
            _sum(latest.c.carried_by_id.is_not(None)).label("carried"),
            Team.name.label("team"),
            _WALKERS.label("volunteer"),
            sa.func.count(Stop.id).label("planned"),
            sa.func.count(latest.c.stop_id).label("done"),
            _sum(Stop.starts_s + Stop.service_s <= by_now).label("due"),
            *(_sum(latest.c.outcome == outcome).label(outcome.value) for outcome in Outcome),
            sa.func.min(latest.c.first_at).label("first_at"),
            sa.func.max(latest.c.happened_at).label("last_at"),
            sa.func.max(latest.c.received_at).label("heard_at"),
        )
        .join(Route.round)
        .join(Round.team)
        .join(Route.volunteer)
        .outerjoin(_PARTNER, _PARTNER.id == Route.partner_id)
        .outerjoin(phone, phone.c.user_id == Route.volunteer_id)
        .outerjoin(Stop, Stop.route_id == Route.id)
        .outerjoin(latest, sa.and_(latest.c.stop_id == Stop.id, latest.c.nth == 1))
        .where(*_rounds_of(actor, day, team))
        .group_by(
            Route.id,
            Team.name,
            Team.sort_key,
            User.name,
            _PARTNER.name,
            phone.c.contact_at,
            phone.c.held,
            phone.c.held_since,
        )
        .order_by(Team.sort_key, Route.position)
    )
    return [_line(row, minute, day, zone, now) for row in rows]


def _phones() -> sa.Subquery:
    """Each person's phones together, lost ones aside: the newest contact, and what they hold."""
    return (
        sa.select(
            Device.user_id,
            sa.func.max(Device.last_seen_at).label("contact_at"),
            sa.func.sum(Device.held).label("held"),
            sa.func.min(Device.held_since).label("held_since"),
        )
        .where(Device.revoked_at.is_(None))
        .group_by(Device.user_id)
        .subquery("phone")
    )


def _rounds_of(actor: User, day: date, team: UUID | None) -> list[sa.ColumnElement[bool]]:
    found = [
        Round.day == day,
        SHOWN,
        Team.area_id.in_(scopes.areas(actor)),
    ]
    return [*found, Round.team_id == team] if team else found


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _latest(day: date) -> sa.Subquery:
    """Reports of the day's stops that stand, numbered from the newest of each stop."""
    newest = (Report.happened_at.desc(), Report.received_at.desc(), Report.id)
    return (
        sa.select(
            Report.id,
            Report.stop_id,
            Report.outcome,
            Report.happened_at,
            Report.lateness,
            Report.carried_by_id,
            sa.func.max(Report.received_at).over(partition_by=Report.stop_id).label("received_at"),
            sa.func.min(Report.happened_at).over(partition_by=Report.stop_id).label("first_at"),
            sa.func.row_number().over(partition_by=Report.stop_id, order_by=newest).label("nth"),
        )
        .join(Report.stop)
        .join(Round, Round.id == Stop.round_id)
        .where(Round.day == day, Report.undone_at.is_(None))
        .subquery("latest")
    )


def _line(row: Any, minute: int, day: date, zone: Any, now: datetime) -> Line:
    route: Route = row.Route
    outcomes = {outcome: int(getattr(row, outcome.value)) for outcome in Outcome}
    progress = Progress(
        starts=route.starts,
        ends=route.ends,
        planned=row.planned,
        due=row.due,
        done=row.done,
        wrong_address=outcomes[Outcome.WRONG_ADDRESS],
        refused=outcomes[Outcome.REFUSED],
        last_report=minute_of(row.last_at, day, zone) if row.last_at else None,
        held_for=now - row.held_since if row.held_since else timedelta(),
    )
    spent = (row.last_at - row.first_at).total_seconds() / 60 if row.done > 1 else None
    return Line(
        route_id=route.id,
        round_id=route.round_id,
        position=route.position,
        team=row.team,
        volunteer=row.volunteer,
        planned=row.planned,
        done=row.done,
        outcomes=outcomes,
        minutes_planned=round(route.work_s / 60),
        absent=route.absent_at is not None,
        minutes_spent=None if spent is None else round(spent),
        heard_at=row.heard_at,
        contact_at=row.contact_at,
        held=row.held,
        late=row.late,
        carried=row.carried,
        needs=() if route.absent_at and not row.planned else needs(progress, minute),
    )


def totals(found: list[Line]) -> Totals:
    """What the lines come to."""
    return Totals(
        planned=sum(line.planned for line in found),
        done=sum(line.done for line in found),
        outcomes={o: sum(line.outcomes[o] for line in found) for o in Outcome},
        needing=sum(bool(line.needs) for line in found),
    )


def outside_routes(session: orm.Session, *, actor: User, day: date, zone: Any) -> int:
    """Reports of the day about homes that were on nobody's route."""
    begins, ends = midnight(day, zone), midnight(date.fromordinal(day.toordinal() + 1), zone)
    counted = session.scalar(
        sa.select(sa.func.count(Report.id))
        .join(Report.household)
        .where(
            Report.stop_id.is_(None),
            Report.undone_at.is_(None),
            Report.happened_at >= begins,
            Report.happened_at < ends,
            Household.area_id.in_(scopes.areas(actor)),
        )
    )
    return counted or 0


def teams_of(session: orm.Session, *, actor: User, day: date) -> list[Team]:
    """Teams with a published round on the day, for the filter."""
    chosen = sa.select(Round.team_id).where(Round.day == day, SHOWN)
    return list(
        session.scalars(
            sa.select(Team)
            .where(Team.id.in_(chosen), Team.area_id.in_(scopes.areas(actor)))
            .order_by(Team.sort_key)
        )
    )


def days_around(session: orm.Session, *, actor: User, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after with a published round, for the arrows."""
    published = (
        sa.select(Round.day).join(Round.team).where(SHOWN, Team.area_id.in_(scopes.areas(actor)))
    ).subquery()
    column = published.c.day
    row = session.execute(
        sa.select(
            sa.func.max(sa.case((column < day, column))),
            sa.func.min(sa.case((column > day, column))),
        )
    ).one()
    return row[0], row[1]


def stops(
    *, actor: User, day: date, team: UUID | None, route: UUID | None, outcome: str | None
) -> Rows:
    """The homes behind a number of the board; `outcome` may also be `done` or `waiting`."""
    latest = _latest(day)
    found: Rows = (
        sa.select(
            Household.id.label("household_id"),
            Household.address,
            Household.head_name,
            _WALKERS.label("volunteer"),
            Team.name.label("team"),
            Stop.position,
            Stop.starts_s,
            Report.outcome,
            Report.happened_at,
            Report.received_at,
        )
        .select_from(Stop)
        .join(Stop.household)
        .join(Stop.route)
        .join(Route.round)
        .join(Round.team)
        .join(Route.volunteer)
        .outerjoin(_PARTNER, _PARTNER.id == Route.partner_id)
        .outerjoin(latest, sa.and_(latest.c.stop_id == Stop.id, latest.c.nth == 1))
        .outerjoin(Report, Report.id == latest.c.id)
        .where(*_rounds_of(actor, day, team))
        .order_by(Team.sort_key, Route.position, Stop.position)
    )
    if route:
        found = found.where(Route.id == route)
    if outcome == "waiting":
        return found.where(Report.id.is_(None))
    if outcome == "done":
        return found.where(Report.id.is_not(None))
    return found.where(Report.outcome == Outcome(outcome)) if outcome else found
