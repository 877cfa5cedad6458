"""A day as it goes: who is expected where, which promises are at risk, how old the news is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Device, User
from outreach.appointments import queries as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.models import State as Kept
from outreach.core import clock
from outreach.rounds import rules, safety
from outreach.rounds.models import Round, Route, State, Stop
from outreach.rounds.queries.candidates import seconds_of_day
from outreach.teams import queries as teams
from outreach.teams.models import Team


@dataclass(frozen=True, slots=True)
class Contact:
    """When somebody's phones were last in contact, and how many reports they then held."""

    seen_at: datetime
    held: int | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A promise that will not be kept if the day goes on as it does."""

    round: Round
    route: Route
    stop: Stop
    appointment: Appointment
    #: Seconds of the day.
    expected_s: int
    late_minutes: int
    #: How old this news is; None: no phone was ever heard of.
    contact: Contact | None
    #: It is not the promise: nobody may be there after dark, and the visit would end so late.
    dark: bool = False

    @property
    def agreed(self) -> bool:
        return self.appointment.origin is Origin.AGREED


def going(
    session: orm.Session, day: date, *, actor: User, team_id: UUID | None = None
) -> list[Round]:
    """The published rounds of a day of teams the actor runs, with routes, stops and homes."""
    chosen = (
        sa.select(Round)
        .join(Round.team)
        .where(
            Round.day == day,
            Round.published_at.is_not(None),
            Round.state.in_([State.PUBLISHED, State.PLANNING]),
            teams.managed_by(actor),
            Team.id == team_id if team_id else sa.true(),
        )
        .options(
            orm.contains_eager(Round.team),
            orm.selectinload(Round.routes).options(
                orm.joinedload(Route.volunteer),
                orm.joinedload(Route.partner),
                orm.selectinload(Route.stops).joinedload(Stop.household),
            ),
        )
    )
    return list(session.scalars(chosen.order_by(Round.starts, Team.sort_key, Round.id)))


def at_risk(
    session: orm.Session, rounds: Sequence[Round], *, now: datetime, zone: ZoneInfo
) -> list[AtRisk]:
    """Promises of these rounds of today that are at risk: agreed ones first, the latest first.

    Two queries, however many rounds, which are loaded with routes, people, stops and homes.
    """
    if not rounds:
        return []
    day = rounds[0].day
    homes = [s.household_id for r in rounds for route in r.routes for s in route.stops]
    windows = appointments.day_of_homes(session, homes, *clock.day_bounds(day, zone))
    phones = contacts(session, {route.volunteer_id for r in rounds for route in r.routes})
    found = [
        AtRisk(round_, route, stop, window, at, late, phones.get(route.volunteer_id), dark)
        for round_ in rounds
        for route in round_.routes
        if route.absent_at is None
        for stop, window, at, late, dark in _late(route, windows, day, now, zone)
    ]
    return sorted(
        found, key=lambda one: (not (one.dark or one.agreed), -one.late_minutes, one.expected_s)
    )


def _late(
    route: Route, windows: Mapping[UUID, Appointment], day: date, now: datetime, zone: ZoneInfo
) -> Iterable[tuple[Stop, Appointment, int, int, bool]]:
    expected = expected_starts(route, windows, day, now, zone)
    for stop in route.stops:
        window = windows.get(stop.household_id)
        if window is None or window.state is not Kept.OPEN or stop.id not in expected:
            continue
        late = expected[stop.id] - seconds_of_day(window.ends_at, day, zone)
        over = _after_dark(stop, expected[stop.id], day, zone)
        if max(late, over) > 0:
            yield stop, window, expected[stop.id], -(-max(late, over) // 60), over > 0


def _after_dark(stop: Stop, starts_s: int, day: date, zone: ZoneInfo) -> int:
    """Seconds by which a visit would end too late, where nobody may be after dark; else 0."""
    home = stop.household
    dark_s = safety.dusk(home.latitude, home.longitude, day, zone) if home.not_after_dark else None
    return 0 if dark_s is None else max(0, starts_s + stop.service_s - dark_s)


def expected_starts(
    route: Route, windows: Mapping[UUID, Appointment], day: date, now: datetime, zone: ZoneInfo
) -> dict[UUID, int]:
    """When each stop that is still to be visited is expected to begin, in seconds of the day."""
    told, done_s = [], None
    for stop in route.stops:
        window = windows.get(stop.household_id)
        done = window is not None and window.state in {Kept.KEPT, Kept.MISSED}
        if done and window is not None and window.closed_at is not None:
            done_s = max(done_s or 0, seconds_of_day(window.closed_at, day, zone))
        agreed = window is not None and window.state is Kept.OPEN
        told.append(
            rules.Planned(
                stop.arrives_s,
                stop.starts_s + stop.service_s,
                stop.service_s,
                seconds_of_day(window.starts_at, day, zone) if window and agreed else 0,
                done,
            )
        )
    now_s = seconds_of_day(now, day, zone)
    starts = rules.expected(told, begins_s=route.starts * 60, done_s=done_s, now_s=now_s)
    return {stop.id: at for stop, at in zip(route.stops, starts, strict=True) if at is not None}


def contacts(session: orm.Session, user_ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """Each person's phones together, lost ones aside."""
    rows = session.execute(
        sa.select(Device.user_id, sa.func.max(Device.last_seen_at), sa.func.sum(Device.held))
        .where(Device.user_id.in_(list(user_ids)), Device.revoked_at.is_(None))
        .group_by(Device.user_id)
    )
    return {user: Contact(seen, held) for user, seen, held in rows}
