"""Fairness over four weeks: what was walked, and what the next plan makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.appointments.models import Appointment
from outreach.rounds import queries
from outreach.rounds.models import Round, State
from tests.factories.rounds import MIDDLE
from tests.rounds.worlds import DAY, World, at

WEEK = timedelta(days=7)


def walk_all(world: World, round_: Round, *, but: int = 0) -> None:
    """Everybody was at every home, except for the last few of each list."""
    for route in world.routes(round_):
        for stop in route.stops[: len(route.stops) - but]:
            world.visited(stop, at(9))


def ledger(world: World, day: date) -> dict[UUID, queries.Carried]:
    found = queries.ledger(world.session, world.team, day)
    world.session.commit()
    return found


def test_what_was_reported_counts_and_what_was_only_planned_does_not(world: World, now) -> None:
    world.homes(8, apart=150)
    round_ = world.publish(world.plan())
    later = DAY + timedelta(days=7)
    assert ledger(world, later) == {}
    walk_all(world, round_, but=1)
    found = ledger(world, later)
    for route in world.routes(round_):
        carried, last = found[route.volunteer_id], route.stops[-1]
        step = last.arrives_s - route.stops[-2].starts_s - route.stops[-2].service_s
        assert carried.outings == 1
        assert carried.walking_s == route.walking_s - step
        assert carried.way_s == carried.walking_s
    walk_all(world, round_)
    for route in world.routes(round_):
        assert ledger(world, later)[route.volunteer_id].work_s == route.work_s


def test_it_looks_back_four_weeks_and_no_further(world: World, now) -> None:
    world.homes(4)
    walk_all(world, world.publish(world.plan()))
    assert len(ledger(world, DAY + timedelta(days=28))) == 2
    assert ledger(world, DAY + timedelta(days=29)) == {}
    assert ledger(world, DAY) == {}


def test_a_round_that_was_withdrawn_counts_for_nobody(world: World, now) -> None:
    world.homes(4)
    round_ = world.publish(world.plan())
    walk_all(world, round_)
    round_.state = State.CANCELLED
    world.session.commit()
    assert ledger(world, DAY + timedelta(days=3)) == {}


def test_homes_at_the_end_of_a_long_way_are_far(world: World, make, now) -> None:
    world.members = world.members[:1]
    for n in range(4):
        make.home(world.area, east=n * 30)
    make.home(world.area, east=1200)
    round_ = world.publish(world.plan())
    walk_all(world, round_)
    assert ledger(world, DAY + timedelta(days=1))[world.members[0].user_id].far == 1


def test_whoever_walked_far_lately_walks_less_next_time(world: World, make, now) -> None:
    world.team.start_latitude, world.team.start_longitude = MIDDLE
    for n in range(14):
        make.home(world.area, east=(n % 7) * 20, north=0 if n < 7 else 1100)
    first = world.publish(world.plan())
    walk_all(world, first)
    before = {route.volunteer_id: route.walking_s for route in world.routes(first)}
    assert max(before.values()) > 1.3 * min(before.values())
    for home in world.session.scalars(sa.select(Appointment)):
        home.starts_at, home.ends_at = home.starts_at - WEEK, home.ends_at - WEEK
    first.day -= WEEK
    world.session.commit()
    after = {route.volunteer_id: route.walking_s for route in world.routes(world.plan())}
    tired = max(before, key=lambda user: before[user])
    assert after[tired] == min(after.values()) < before[tired]


def test_the_plan_page_says_who_walked_far(world: World, sign_in, now) -> None:
    world.homes(6, apart=200)
    walk_all(world, world.publish(world.plan()))
    world.homes(4)
    following = world.plan(day=DAY + timedelta(days=1))
    browser = sign_in(world.leader)
    page = browser.get(f"/rounds/{following.id}").text
    assert "Bốn tuần qua ai đi xa" in page
    step = {
        "team": world.team.id, "day": DAY + timedelta(days=1), "starts": "08:00",
        "ends": "11:00", "area": world.area.id,
    }  # fmt: skip
    people = browser.get("/rounds/new/people", query_string=step).text
    assert people.count("bốn tuần qua: đi 1 buổi") == 2


@pytest.mark.parametrize("homes", [4, 12])
def test_the_ledger_is_one_question(world: World, now, queries: list[str], homes: int) -> None:
    from outreach.rounds.queries.ledger import ledger as read

    world.homes(homes)
    walk_all(world, world.publish(world.plan()))
    queries.clear()
    read(world.session, world.team, DAY + timedelta(days=1))
    assert len(queries) <= 2
