"""What is promised on guessed walking times ends later, the later the more was walked."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from outreach.appointments.models import Appointment
from outreach.appointments.rules import QUARTER, window_around
from outreach.rounds import rules
from outreach.rounds.models import Round
from outreach.rounds.rules import MOST_SLACK_S, SLACK_SHARE, Leg
from tests.rounds.test_walking import lay_streets, taught
from tests.rounds.worlds import World, at

legs = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 2400)), max_size=30)


def timetable(parts: list[tuple[int, int]], starts: int) -> list[Leg]:
    found, here = [], starts
    for walk, stay in parts:
        found.append(Leg(here + walk, here + walk + stay))
        here += walk + stay
    return found


@given(legs, st.integers(0, 50_000))
def test_slack_is_a_quarter_of_the_walking_so_far_and_never_more_than_half_an_hour(
    parts: list[tuple[int, int]], starts: int
) -> None:
    whole = sum(walk for walk, _stay in parts)
    found = rules.slack(starts, timetable(parts, starts), whole)
    assert all(a <= b for a, b in pairwise(found))
    assert all(0 <= one <= MOST_SLACK_S for one in found)
    for n, one in enumerate(found):
        walked = sum(walk for walk, _stay in parts[: n + 1])
        assert one == min(MOST_SLACK_S, round(walked * SLACK_SHARE))


def test_a_clock_that_goes_back_does_not_take_slack_away() -> None:
    assert rules.slack(1000, [Leg(500, 600), Leg(1000, 1100)], 400) == [0, 100]


def test_an_hour_in_which_nobody_walked_gives_no_slack() -> None:
    assert rules.slack(0, [Leg(3600, 3700), Leg(3900, 4000)], 300) == [75, 75]


@given(st.integers(0, 10 * 3600), st.integers(0, 1800))
def test_slack_only_moves_the_end_of_a_window_by_whole_quarters(planned: int, slack: int) -> None:
    moment, opens, closes = at(8) + timedelta(seconds=planned), at(6), at(20)
    plain = window_around(moment, opens, closes)
    slacker = window_around(moment, opens, closes, timedelta(seconds=slack))
    assert slacker[0] == plain[0]
    assert (slacker[1] - plain[1]) % QUARTER == timedelta()
    assert timedelta() <= slacker[1] - plain[1] <= timedelta(minutes=30)


def lengths(world: World, round_: Round) -> list[float]:
    """Minutes of each announced window, in the order of the only route."""
    world.publish(round_)
    found = {
        a.household_id: (a.ends_at - a.starts_at).total_seconds() / 60
        for a in world.session.scalars(sa.select(Appointment))
    }
    world.session.commit()
    return [found[stop.household_id] for stop in world.stops(round_)]


def far_homes(make, session, app) -> World:
    """Six homes of one volunteer, a kilometre from each other, and all day for them."""
    world = World(make, session, app.db, people=1)
    world.homes(6, apart=1000)
    return world


def test_a_guessed_plan_promises_longer_windows_later_on_the_route(make, session, app, now) -> None:
    world = far_homes(make, session, app)
    taught(world, 1.4, 60)
    found = lengths(world, world.plan(starts=6 * 60, ends=20 * 60))
    # the first window begins with the session, so it is the shortest of all
    assert found[1] < found[-1] == 60 + 30
    assert found[1:] == sorted(found[1:])


def test_a_plan_on_streets_promises_the_usual_hour(make, session, app, now, tmp_path: Path) -> None:
    world = far_homes(make, session, app)
    lay_streets(world, tmp_path, teeth=6, apart=1000)
    found = lengths(world, world.plan(starts=6 * 60, ends=20 * 60))
    assert set(found[1:]) == {60}
