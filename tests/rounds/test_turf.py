"""The planner prefers whoever looks after a home, and rules come first all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.routing import planner
from outreach.routing.problem import Instance
from outreach.turf.models import Turf, TurfHolder, TurfHome
from tests.conftest import NOW
from tests.rounds.worlds import World
from tests.routing.breaches import breaches
from tests.routing.worlds import worlds


def with_owners(instance: Instance, seed: int) -> Instance:
    teams = [team.id for team in instance.teams]
    return replace(
        instance,
        households=tuple(
            replace(home, own=frozenset({teams[(n * seed) % len(teams)]} if n % 3 else ()))
            for n, home in enumerate(instance.households)
        ),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.integers(1, 5), st.sampled_from([0.0, 0.0, 0.05]))
def test_a_plan_with_owners_keeps_every_rule(instance: Instance, seed: int, seconds: float) -> None:
    owned = with_owners(instance, seed)
    assert breaches(owned, planner.solve(owned, seconds=seconds)) == []


@pytest.mark.parametrize("seconds", [0, 1])
def test_homes_go_to_the_volunteer_whose_turf_they_are_in(world: World, seconds: int) -> None:
    one, other = world.members
    homes = world.homes(8, apart=40)
    for number, member in enumerate((one, other)):
        turf = Turf(team_id=world.team.id, number=number + 1, counted_at=NOW)
        world.session.add(turf)
        world.session.flush()
        world.session.add(TurfHolder(turf_id=turf.id, user_id=member.user_id, since=NOW))
        for home in homes[number::2]:  # every other house, as no planner would do by itself
            world.session.add(
                TurfHome(team_id=world.team.id, household_id=home.id, turf_id=turf.id)
            )
    world.session.commit()
    round_ = world.create()
    round_.solve_seconds = seconds
    world.session.commit()
    world.plan(round_)
    for number, member in enumerate((one, other)):
        route = next(r for r in world.routes(round_) if r.volunteer_id == member.user_id)
        assert {s.household_id for s in route.stops} == {h.id for h in homes[number::2]}


def test_a_turf_whose_volunteer_stays_at_home_is_everybodys(world: World) -> None:
    homes = world.homes(6)
    turf = Turf(team_id=world.team.id, number=1, counted_at=NOW)
    world.session.add(turf)
    world.session.flush()
    world.session.add(TurfHolder(turf_id=turf.id, user_id=world.leader.id, since=NOW))
    for home in homes:
        world.session.add(TurfHome(team_id=world.team.id, household_id=home.id, turf_id=turf.id))
    world.session.commit()
    assert len(world.stops(world.plan())) == 6
