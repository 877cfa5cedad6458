"""A volunteer without work takes the next homes: a round of their own, kept for a while."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import clock
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import lazy_gettext, ngettext
from outreach.households.models import Household
from outreach.rounds import rules, safety
from outreach.rounds.models import Round, Route, State, Stop
from outreach.rounds.queries import candidates, claims, ways
from outreach.rounds.queries.candidates import Candidate
from outreach.rounds.queries.claims import Free, Spot
from outreach.rounds.questions import Home
from outreach.rounds.services import publishing
from outreach.rounds.services.changes import changed
from outreach.rounds.services.handing_out import hold, release
from outreach.rounds.services.storing import fill
from outreach.rounds.services.timing import Picture
from outreach.routing.walking import DETOUR_FACTOR
from outreach.teams import queries as teams
from outreach.teams.models import Member, Team

#: Homes in one batch.
BATCH = 12
#: Homes whose needs are looked at together.
_LOOK = 60
#: A claim's session, in minutes, for the windows that homes are told.
_SESSION = 240


class NothingToTake(Refusal):
    """No home waits for this volunteer; nothing was written."""


class StillBusy(Conflict):
    """They have homes left; nothing was written."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, when, and where they stand."""

    user: User
    now: datetime
    zone: ZoneInfo
    spot: Spot


def claim_next(
    session: orm.Session,
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
    spot: Spot | None = None,
    most: int = BATCH,
) -> Round:
    """Take the nearest open homes of turf that is nobody's (of one's own first), and go there.

    They come as a published round of the actor alone, kept for them until `lease_until`. `spot` is
    where they stand; left out, their last door, or where their team starts. Raises `StillBusy`,
    `NothingToTake`, or `Conflict` where somebody overtook them.
    """
    day = now.astimezone(zone).date()
    mine = _teams(session, actor)
    left = claims.stops_left(session, actor, day, now=now)
    if left:
        raise StillBusy(
            ngettext(
                "You still have %(n)s home to visit. Record it or give it back first.",
                "You still have %(n)s homes to visit. Record them or give them back first.",
                left,
            )
        )
    found = claims.free(session, actor, [team.id for team in mine], day=day, now=now)
    found = [home for home in found if home.own] or found
    if not found:
        raise NothingToTake(str(_NOTHING))
    stands = spot or claims.last_door(session, actor, day) or _first_spot(mine, found)
    asking = _Asking(actor, now, zone, stands)
    first = min(found, key=lambda home: claims.apart(home.spot, stands))
    team = next(team for team in mine if team.id == first.team_id)
    near = [home for home in found if home.team_id == team.id]
    near.sort(key=lambda home: claims.apart(home.spot, first.spot))
    round_ = _begun(session, team, asking)
    chosen = _chosen(session, round_, near, asking, most)
    if not chosen:
        raise _nothing(session, round_, near, asking)
    return _taken(session, round_, chosen, asking)


_NOTHING = lazy_gettext("No home near you waits for somebody now. Ask your team leader.")


def _nothing(
    session: orm.Session, round_: Round, near: Sequence[Free], asking: _Asking
) -> NothingToTake:
    """Why there is nothing: homes that others must visit, or a pair, or by daylight, are said."""
    ids = [home.household_id for home in near[:_LOOK]]
    known = candidates.of_homes(session, round_, ids, zone=asking.zone).values()
    if any(one.home.prize > 0 and _is_kept_from(one.home, round_, asking.user) for one in known):
        return NothingToTake(
            _(
                "The homes near you that wait for somebody are not for you now: nobody may go "
                "there alone, or only certain people, or not after dark. Ask your team leader."
            )
        )
    return NothingToTake(str(_NOTHING))


def _is_kept_from(home: Home, round_: Round, user: User) -> bool:
    """Whether a rule for the safety of its visitors forbids this home to somebody alone, now."""
    named = bool(home.only) and str(user.id) not in home.only
    return home.never_alone or named or safety.is_dark(home, round_.starts * 60 + rules.NOTICE_S)


def _teams(session: orm.Session, actor: User) -> list[Team]:
    """The actor's teams, locked: who asks at the same time waits, and is given other homes."""
    mine = teams.of_volunteer(session, actor)
    ids = sorted(team.id for team in mine)
    session.execute(sa.select(Team.id).where(Team.id.in_(ids)).order_by(Team.id).with_for_update())
    return mine


def _first_spot(mine: Sequence[Team], found: Sequence[Free]) -> Spot:
    known = [spot for team in mine if (spot := claims.start_of(team))]
    return known[0] if known else found[0].spot


def _begun(session: orm.Session, team: Team, asking: _Asking) -> Round:
    local = asking.now.astimezone(asking.zone)
    starts = local.hour * 60 + local.minute
    return Round(
        id=uuid.uuid4(),
        team_id=team.id,
        day=local.date(),
        starts=starts,
        ends=min(24 * 60, starts + _SESSION),
        state=State.PUBLISHED,
        visit_minutes=12,
        detour_factor=DETOUR_FACTOR,
        created_by_id=asking.user.id,
        created_at=asking.now,
        changed_at=asking.now,
        lease_until=lease(team, asking.now, asking.zone),
    )


def lease(team: Team, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when homes taken (or reported on) now are kept: the team's hours, or the day's end."""
    _begins, ends = clock.day_bounds(now.astimezone(zone).date(), zone)
    if team.lease_hours is None:
        return ends
    return min(ends, now + timedelta(hours=team.lease_hours))


def _chosen(
    session: orm.Session, round_: Round, near: Sequence[Free], asking: _Asking, most: int
) -> list[Candidate]:
    """The first of these homes that need help the actor can give now."""
    skills = _skills(session, round_.team_id, asking.user)
    chosen: list[Candidate] = []
    for at in range(0, len(near), _LOOK):
        ids = [home.household_id for home in near[at : at + _LOOK]]
        known = candidates.of_homes(session, round_, ids, zone=asking.zone)
        able = (known[id_] for id_ in ids if id_ in known)
        chosen += [
            one
            for one in able
            if _may_be_visited(one, round_, skills)
            and not _is_kept_from(one.home, round_, asking.user)
        ]
        if len(chosen) >= most:
            break
    return chosen[:most]


def _skills(session: orm.Session, team_id: UUID, user: User) -> set[str]:
    rows = session.scalars(
        sa.select(Member.skills).where(Member.team_id == team_id, Member.user_id == user.id)
    )
    return {skill for skills in rows for skill in skills}


def _may_be_visited(one: Candidate, round_: Round, skills: set[str]) -> bool:
    home = one.home
    if home.prize <= 0 or (home.skill is not None and home.skill not in skills):
        return False
    opens, closes = home.opens_s or 0, 24 * 3600 if home.closes_s is None else home.closes_s
    return opens <= round_.starts * 60 + 3600 and closes >= round_.starts * 60 + rules.NOTICE_S


def _taken(
    session: orm.Session, round_: Round, chosen: Sequence[Candidate], asking: _Asking
) -> Round:
    """Write the round with its one route, hold its homes and tell them."""
    homes = _loaded(session, chosen)
    round_.areas = list({home.area.id: home.area for home in homes.values()}.values())
    points = [(one.home.latitude, one.home.longitude) for one in chosen]
    source = ways.best(session, round_, points)
    round_.detour_factor, round_.figures = source.factor, {"walking": source.figures()}
    latitude, longitude = asking.spot
    route = Route(
        volunteer_id=asking.user.id,
        position=0,
        starts=round_.starts,
        ends=round_.ends,
        start_latitude=latitude,
        start_longitude=longitude,
        locked=True,
        walking_s=0,
        service_s=0,
        waiting_s=0,
    )
    round_.routes = [route]
    session.add(round_)
    for position, candidate in enumerate(_in_order(chosen, asking.spot), start=1):
        stop = Stop(round_id=round_.id, position=position, locked=False, arrives_s=0, starts_s=0)
        fill(stop, candidate)
        stop.household = homes[UUID(candidate.home.id)]
        route.stops.append(stop)
    session.flush()
    # now, so that what an expired lease announced there is withdrawn before times are made
    hold(session, round_, {stop.household_id: stop.id for stop in route.stops}, now=asking.now)
    round_.published_at = asking.now
    picture = Picture(session, round_, now=asking.now, zone=asking.zone)
    _timed(picture, picture.routes[0])
    changed(
        session, round_, "round.homes_taken", actor=asking.user, now=asking.now,
        homes=len(route.stops),
    )  # fmt: skip
    publishing.announce(session, round_, actor=asking.user, now=asking.now, zone=asking.zone)
    return round_


def _timed(picture: Picture, route: Route) -> None:
    """Times of the claim; homes that would be reached too late to leave before dark are left."""
    picture.retime(route)
    while unsafe := picture.unsafe(route):
        late = max(unsafe, key=lambda stop: stop.position)
        route.stops.remove(late)
        picture.session.delete(late)
        picture.retime(route)
    if not route.stops:
        raise NothingToTake(str(_NOTHING))


def _loaded(session: orm.Session, chosen: Sequence[Candidate]) -> dict[UUID, Household]:
    ids = [UUID(one.home.id) for one in chosen]
    rows = session.scalars(
        sa.select(Household).where(Household.id.in_(ids)).options(orm.joinedload(Household.area))
    )
    return {home.id: home for home in rows}


def _in_order(chosen: Sequence[Candidate], spot: Spot) -> list[Candidate]:
    """Each time the nearest that is left."""
    left, order, here = list(chosen), [], spot
    while left:
        best = min(
            left, key=lambda one: claims.apart((one.home.latitude, one.home.longitude), here)
        )
        left.remove(best)
        order.append(best)
        here = best.home.latitude, best.home.longitude
    return order


def give_back(session: orm.Session, round_: Round, *, actor: User, now: datetime) -> int:
    """Give the homes of a claim that were not visited back; how many. Twice is once."""
    assert round_.lease_until is not None
    count = release(session, round_, actor=actor, now=now)
    round_.lease_until = min(round_.lease_until, now)
    return count


def extend_lease(session: orm.Session, stop_id: UUID, *, now: datetime, zone: ZoneInfo) -> None:
    """Who reports is at work: what they took is kept for them as long as if they took it now."""
    round_ = claims.claim_of_stop(session, stop_id)
    if round_ is None or round_.lease_until is None or round_.lease_until <= now:
        return  # somebody may have been promised the homes already
    round_.lease_until = max(round_.lease_until, lease(round_.team, now, zone))
