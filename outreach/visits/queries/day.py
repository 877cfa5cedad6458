"""A volunteer's day: the published routes in walking order, with what each home misses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Promise
from outreach.assistance import queries as assistance
from outreach.assistance.rules import Card
from outreach.core.db import zone_of
from outreach.core.prepared import Prepared
from outreach.households.models import ContactPoint, Household, Resident, ResidentPhone
from outreach.rounds.models import Round, Route, State, Stop
from outreach.rounds.rules import version
from outreach.rounds.safety import Rules, rules_of
from outreach.visits.models import Report
from outreach.visits.queries.progress import RouteProgress, StopProgress, progress
from outreach.visits.rules import REPORTABLE, is_shown


@dataclass(frozen=True, slots=True)
class DayStop:
    """One line of the day page."""

    stop: Stop
    number: int
    progress: StopProgress
    card: Card
    #: E.164, the first that answers for somebody there.
    phone: str | None
    appointment: Appointment | None
    #: What keeps visitors of the home safe.
    safety: Rules
    next: bool = False


@dataclass(frozen=True, slots=True)
class DayRoute:
    """One route of the day: a volunteer may walk for two teams."""

    route: Route
    progress: RouteProgress
    stops: Sequence[DayStop]

    @property
    def minutes(self) -> float:
        """Planned time out, in minutes, a rest included."""
        return (self.route.work_s + self.route.rest_s) / 60


@dataclass(frozen=True, slots=True)
class Day:
    """What a volunteer sees of a day."""

    day: date
    routes: Sequence[DayRoute]
    #: A round that has them on it, but is not published yet.
    unpublished: bool
    #: Days near this one with a published route of theirs.
    other_days: Sequence[date]
    #: Names the state of the routes, to tell a phone that they changed.
    version: str

    @property
    def total(self) -> int:
        return sum(one.progress.total for one in self.routes)

    @property
    def done(self) -> int:
        return sum(one.progress.done for one in self.routes)


def day_of(session: orm.Session, actor: User, day: date) -> Day:
    """The actor's routes on a day: the same number of queries for 1 home and for 35."""
    routes = _routes(session, actor, day)
    shown = [one for one in routes if is_shown(one.round.state, one.round.published_at)]
    stops = _stops(session, [one.id for one in shown])
    homes = [stop.household_id for stop in stops]
    known = _Known(
        progress(session, [one.id for one in shown]),
        assistance.cards(session, homes, on=day),
        phones_of(session, homes),
        promised(session, [stop.id for stop in stops]),
        day,
        zone_of(session),
    )
    by_route: dict[UUID, list[Stop]] = defaultdict(list)
    for stop in stops:
        by_route[stop.route_id].append(stop)
    return Day(
        day=day,
        routes=[
            DayRoute(one, known.progress[one.id], list(_lines(by_route[one.id], known)))
            for one in shown
        ],
        unpublished=len(shown) < len(routes),
        other_days=_other_days(session, actor, day) if not shown else (),
        version=version(one.round.changed_at for one in routes),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines of the day are made from."""

    progress: Mapping[UUID, RouteProgress]
    cards: Mapping[UUID, Card]
    phones: Mapping[UUID, Sequence[Phone]]
    promised: Mapping[UUID, Appointment]
    day: date
    zone: ZoneInfo


def _routes(session: orm.Session, actor: User, day: date) -> list[Route]:
    chosen = (
        sa.select(Route)
        .join(Route.round)
        .where(Route.walked_by(actor.id), Round.day == day, Round.state != State.CANCELLED)
        .options(
            orm.contains_eager(Route.round).joinedload(Round.team),
            orm.joinedload(Route.volunteer),
            orm.joinedload(Route.partner),
        )
        .order_by(Route.starts, Route.id)
    )
    return list(session.scalars(chosen))


def _stops(session: orm.Session, route_ids: Collection[UUID]) -> list[Stop]:
    chosen = (
        sa.select(Stop)
        .where(Stop.route_id.in_(route_ids))
        .options(orm.joinedload(Stop.household).selectinload(Household.visitors))
        .order_by(Stop.position)
    )
    return list(session.scalars(chosen))


def _lines(stops: Iterable[Stop], known: _Known) -> Iterator[DayStop]:
    next_found = False
    for number, stop in enumerate(stops, start=1):
        state = known.progress[stop.route_id].stops[stop.id]
        is_next = not next_found and not state.done
        next_found = next_found or is_next
        phones = known.phones.get(stop.household_id, ())
        yield DayStop(
            stop=stop,
            number=number,
            progress=state,
            card=known.cards[stop.household_id],
            phone=phones[0].number if phones else None,
            appointment=known.promised.get(stop.id),
            safety=rules_of(stop.household, known.day, known.zone),
            next=is_next,
        )


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that reaches somebody in a home."""

    number: str
    resident_id: UUID
    #: Whose phone it is when not their own.
    owner: str


def phones_of(session: orm.Session, household_ids: Collection[UUID]) -> dict[UUID, list[Phone]]:
    """Numbers of each home, in the order of its people: one query."""
    found: dict[UUID, list[Phone]] = defaultdict(list)
    rows = session.execute(
        sa.select(Resident.household_id, Resident.id, ContactPoint.number, ResidentPhone.owner)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .join(ContactPoint, ContactPoint.id == ResidentPhone.contact_point_id)
        .where(Resident.household_id.in_(household_ids), Resident.left_at.is_(None))
        .order_by(Resident.household_id, Resident.position, ContactPoint.number)
    )
    for household_id, resident_id, number, owner in rows:
        found[household_id].append(Phone(number, resident_id, owner))
    return found


def promised(session: orm.Session, stop_ids: Collection[UUID]) -> dict[UUID, Appointment]:
    """The window each stop is to keep: one query."""
    rows = session.scalars(
        sa.select(Appointment).where(
            Appointment.stop_id.in_(stop_ids), Appointment.state != Promise.CANCELLED
        )
    )
    return {one.stop_id: one for one in rows if one.stop_id}


def moved_from(session: orm.Session, stop_ids: Collection[UUID]) -> dict[UUID, Appointment]:
    """The appointments that were these stops' until their homes moved them to another day."""
    rows = session.scalars(sa.select(Appointment).where(Appointment.left_stop_id.in_(stop_ids)))
    return {row.left_stop_id: row for row in rows if row.left_stop_id is not None}


def _other_days(session: orm.Session, actor: User, day: date) -> list[date]:
    """The nearest published days before and after, to offer where this one is empty."""
    mine = sa.and_(Route.walked_by(actor.id), Round.state.in_(REPORTABLE))
    nearest = (
        sa.select(sa.func.max(Round.day)).join(Route).where(mine, Round.day < day),
        sa.select(sa.func.min(Round.day)).join(Route).where(mine, Round.day > day),
    )
    row = session.execute(sa.select(*(one.scalar_subquery() for one in nearest))).one()
    return [one for one in row if one]


_HERE = orm.aliased(Stop)
_REPORTED = sa.exists().where(Report.stop_id == Stop.id, Report.undone_at.is_(None)).correlate(Stop)
#: Asked after every report, so it is put together once.
_NEXT = Prepared(
    sa.select(Stop.id)
    .join(_HERE, _HERE.route_id == Stop.route_id)
    .where(_HERE.id == sa.bindparam("here", type_=Stop.id.type), Stop.id != _HERE.id, ~_REPORTED)
    .order_by(sa.case((Stop.position > _HERE.position, 0), else_=1), Stop.position)
    .limit(1)
)


def next_stop(session: orm.Session, stop_id: UUID) -> UUID | None:
    """The home to go to from this one: the next without a report, else the first; None: done."""
    rows = _NEXT.rows(session, here=stop_id)
    return rows[0][0] if rows else None
