"""Rows for the benchmarks: a ward whose volunteers have published routes for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.core.settings import Settings
from outreach.households.models import Household
from outreach.rounds.models import Round, Route, State, Stop
from outreach.web import Outreach, create_app
from tests.factories import Make

HOMES = 35


@dataclass(frozen=True, slots=True)
class Walker:
    """A volunteer's cookie and the stops of today's route (none for an empty day)."""

    cookie: str
    stops: tuple[UUID, ...]


def application(database_url: str, secret: str) -> Outreach:
    """The site on this database, in this process, for arranging."""
    return create_app(Settings(database_url=database_url, secret_key=secret, threads=8))


def walkers(app: Outreach, *, count: int, homes: int = HOMES) -> list[Walker]:
    """`count` volunteers of one team, each with a published route of `homes` for today."""
    with app.db.sessions(expire_on_commit=False) as session:
        make = Make(session)
        team = make.team()
        leader = make.user(Role.LEADER, area=team.area)
        now = clock.now()
        round_ = Round(
            team=team,
            day=now.astimezone(app.settings.zone).date(),
            starts=7 * 60,
            ends=11 * 60 + 30,
            state=State.PUBLISHED,
            created_by_id=leader.id,
            created_at=now,
            changed_at=now,
            published_at=now,
            figures={},
        )
        session.add(round_)
        session.flush()
        found = []
        for number in range(count):
            user = make.member(team).user
            places = [make.home(team.area, east=n * 20.0, phone=True) for n in range(homes)]
            stops = _route(round_, user, places, number) if homes else ()
            session.add_all(stops)
            session.commit()
            found.append(Walker(cookie(app, make, user), tuple(stop.id for stop in stops)))
        return found


def _route(round_: Round, user: User, places: list[Household], number: int) -> tuple[Stop, ...]:
    route = Route(
        round=round_,
        volunteer=user,
        position=number,
        starts=round_.starts,
        ends=round_.ends,
        start_latitude=places[0].latitude or 0.0,
        start_longitude=places[0].longitude or 0.0,
    )
    return tuple(
        Stop(
            round_id=round_.id,
            route=route,
            household=place,
            position=n,
            arrives_s=(7 * 60 + n * 7) * 60,
            starts_s=(7 * 60 + n * 7) * 60,
            service_s=300,
        )
        for n, place in enumerate(places)
    )


def cookie(app: Outreach, make: Make, user: User) -> str:
    """The cookie header of a browser in which this user is signed in."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = make.device_token(user)
        kept["_fresh"] = True
    found = client.get_cookie("outreach")
    assert found is not None
    return f"outreach={found.value}"


def now_text() -> str:
    """The present moment as a phone writes it into a form."""
    return (clock.now() - timedelta(seconds=5)).isoformat()
