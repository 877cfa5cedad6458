"""Publishing a round and what follows: announced visits kept in step with its stops."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.appointments import services as appointments
from outreach.core import clock
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.rounds import queries, rules
from outreach.rounds.models import Round, Route, State, Step, Stop
from outreach.rounds.services import keeping_safe, proposing
from outreach.rounds.services.changes import changed, expect
from outreach.rounds.services.handing_out import hand_out
from outreach.rounds.services.timing import Picture
from outreach.turf import walking


def publish(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    revision: int | None = None,
) -> int:
    """Show the round to its volunteers and announce its visits; how many were announced."""
    expect(round_, revision)
    if round_.state is not State.PROPOSED:
        raise Conflict(_("Only a planned round can be published."))
    if round_.day < now.astimezone(zone).date():
        raise Conflict(_("This day is over, so the round cannot be published."))
    _check_nobody_is_elsewhere(session, round_)
    _begin_now(session, round_, now=now, zone=zone)
    picture = Picture(session, round_, now=now, zone=zone)
    keeping_safe.check(picture, picture.routes)
    round_.state, round_.published_at = State.PUBLISHED, now
    changed(session, round_, "round.published", actor=actor, now=now)
    return announce(session, round_, actor=actor, now=now, zone=zone)


def _begin_now(session: orm.Session, round_: Round, *, now: datetime, zone: ZoneInfo) -> None:
    """Nobody is told a time that is over: what would have begun by now begins now."""
    picture = Picture(session, round_, now=now, zone=zone)
    if picture.now_s is None:
        return
    for route in picture.routes:
        if any(stop.arrives_s < picture.now_s for stop in route.stops):
            picture.retime(route)


def _check_nobody_is_elsewhere(session: orm.Session, round_: Round) -> None:
    walking = [route for route in round_.routes if route.stops]
    others = queries.sessions_of_day(
        session, [one for route in walking for one in route.people], round_.day, but=round_.id
    )
    hours = rules.Hours(round_.starts, round_.ends)
    busy = {
        user for user, other in others
        if rules.overlap(hours, rules.Hours(other.starts, other.ends))
    }  # fmt: skip
    names = [
        one.name
        for route in walking
        for one in (route.volunteer, route.partner)
        if one is not None and one.id in busy
    ]
    if names:
        raise Conflict(
            _("Already on another round at that time: %(names)s.", names=", ".join(names))
        )


def withdraw(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Take a published round back to a proposal; what was announced is withdrawn."""
    expect(round_, revision)
    if round_.state is not State.PUBLISHED:
        raise Conflict(_("Only a published round can be withdrawn."))
    round_.state, round_.published_at = State.PROPOSED, None
    appointments.withdraw(session, _stop_ids(session, round_), actor=actor, now=now)
    changed(session, round_, "round.withdrawn", actor=actor, now=now)
    hand_out(session, round_, now=now)


def close(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    revision: int | None = None,
) -> None:
    """End the day: announced visits that nobody made are withdrawn."""
    expect(round_, revision)
    if round_.state is not State.PUBLISHED:
        raise Conflict(_("Only a published round can be closed."))
    if now.astimezone(zone).date() < round_.day:
        raise Conflict(_("The day has not come yet. Withdraw the round instead."))
    round_.state, round_.closed_at = State.CLOSED, now
    _forget(session, round_)
    appointments.withdraw(session, _stop_ids(session, round_), actor=actor, now=now)
    changed(session, round_, "round.closed", actor=actor, now=now)


def cancel(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Drop a round that is not published."""
    expect(round_, revision)
    if round_.state not in {State.DRAFT, State.PROPOSED}:
        raise Conflict(_("Only a round that is not published can be deleted."))
    round_.state = State.CANCELLED
    _forget(session, round_)
    changed(session, round_, "round.cancelled", actor=actor, now=now)


def _forget(session: orm.Session, round_: Round) -> None:
    """What cannot be accepted or undone any more."""
    proposing.forget(session, round_)
    session.execute(sa.delete(Step).where(Step.round_id == round_.id))


def announce(
    session: orm.Session,
    round_: Round,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    routes: Collection[Route] | None = None,
) -> int:
    """Bring appointments in step with the stops (of these routes, or all); how many changed.

    Also notes who holds which home now.
    """
    hand_out(session, round_, now=now)
    midnight, next_midnight = clock.day_bounds(round_.day, zone)
    chosen = queries.with_routes(session, round_) if routes is None else routes
    arrivals = [
        appointments.Arrival(
            stop_id=stop.id,
            household_id=stop.household_id,
            area_id=stop.household.area_id,
            visitor_id=route.volunteer_id,
            planned=midnight + timedelta(seconds=stop.starts_s),
            slack=timedelta(seconds=slack),
        )
        for route in chosen
        for stop, slack in zip(route.stops, _slack(round_, route), strict=True)
    ]
    return appointments.announce_for_round(
        session,
        arrivals,
        opens=midnight + timedelta(minutes=round_.starts),
        closes=midnight + timedelta(minutes=round_.ends),
        day=(midnight, next_midnight),
        actor=actor,
        now=now,
    )


def _slack(round_: Round, route: Route) -> list[int]:
    """Seconds by which each stop of a route may be late, where walking times are guessed."""
    source = walking.told(round_.figures, round_.detour_factor)
    if source is not None and not source.guessed:
        return [0] * len(route.stops)
    legs = [rules.Leg(s.arrives_s, s.starts_s + s.service_s) for s in route.stops]
    return rules.slack(route.starts * 60, legs, route.walking_s)


def withdraw_gone(
    session: orm.Session,
    round_: Round,
    before: Collection[UUID],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Withdraw what was announced for stops that are no longer there."""
    gone = set(before) - set(_stop_ids(session, round_))
    appointments.withdraw(session, gone, actor=actor, now=now)


def _stop_ids(session: orm.Session, round_: Round) -> list[UUID]:
    return list(session.scalars(sa.select(Stop.id).where(Stop.round_id == round_.id)))
