"""Proposals while the day runs: somebody falls ill, hours pass, stops are done meanwhile."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from outreach.core.errors import Conflict
from outreach.rounds import services
from outreach.rounds.models import LeftOut, Mode, Round
from outreach.rounds.services import Terms
from tests.conftest import NOW
from tests.rounds.test_proposals import found, round_
from tests.rounds.worlds import World, at

__all__ = ["round_"]


@pytest.mark.parametrize("mode", list(Mode))
def test_done_stops_and_the_one_under_way_stay_where_they_are(
    world: World, round_: Round, set_clock, mode
) -> None:
    route = world.routes(round_)[0]
    done, going = route.stops[0], route.stops[1]
    world.visited(done, at(8.3))
    set_clock(at(9))
    proposal = world.propose(round_, Terms(mode), now=at(9))
    assert world.accept(round_, proposal, now=at(9))
    first = world.routes(round_)[0]
    assert [stop.id for stop in first.stops[:2]] == [done.id, going.id]


def test_a_proposal_that_would_move_what_was_done_since_is_not_applied(
    world: World, round_: Round, set_clock
) -> None:
    set_clock(at(7.0))
    ill, other = world.routes(round_)
    proposal = world.propose(round_, Terms.ill(ill.id), now=at(7.0))
    world.visited(ill.stops[-1], at(7.0))
    assert not world.accept(round_, proposal, now=at(7.0))
    assert ill.stops[-1].household_id in world.walked(round_)[ill.id]
    assert len(world.walked(round_)[other.id]) == len(other.stops)


@pytest.mark.parametrize("most", [1, 3])
def test_when_somebody_is_ill_no_more_others_change_than_asked_for(
    world: World, now, most: int
) -> None:
    for _ in range(6):
        world.members.append(world.make.member(world.team))
    world.homes(40, apart=35)
    round_ = world.publish(world.plan())
    ill = world.routes(round_)[3]
    before = world.walked(round_)
    proposal = world.propose(round_, Terms.ill(ill.id, most))
    seen = found(world, round_, proposal)
    assert 1 <= seen.others <= most
    assert world.accept(round_, proposal)
    after = world.walked(round_)
    assert after[ill.id] == []
    assert sum(after[id_] != before[id_] for id_ in before if id_ != ill.id) <= most
    assert sorted(h for homes in after.values() for h in homes) == sorted(
        h for homes in before.values() for h in homes
    )
    assert world.routes(round_)[3].absent_at == NOW
    with pytest.raises(Conflict):
        services.propose(world.session, round_, Terms.ill(ill.id), actor=world.leader, now=NOW)


def test_a_home_told_a_time_nobody_else_can_keep_is_told_another_rather_than_left_out(
    world: World, make, now
) -> None:
    homes = world.homes(6)
    round_ = world.publish(world.plan())
    ill, other = world.routes(round_)
    services.lock_route(world.edit(round_), other.id, locked=False)
    world.session.commit()
    proposal = world.propose(round_, Terms.ill(ill.id))
    assert world.accept(round_, proposal)
    assert {s.household_id for s in world.stops(round_)} == {home.id for home in homes}
    left = world.session.scalars(sa.select(LeftOut).where(LeftOut.round_id == round_.id)).all()
    assert left == []


@pytest.mark.parametrize("mode", list(Mode))
def test_homes_whose_hour_is_over_are_visited_late_rather_than_dropped(
    world: World, now, set_clock, make, mode
) -> None:
    homes = world.homes(8)
    make.appointment(homes[2], at(8.2), minutes=20)
    round_ = world.publish(world.plan())
    set_clock(at(9.4))
    proposal = world.propose(round_, Terms(mode), now=at(9.4))
    assert found(world, round_, proposal).dropped == []
    assert world.accept(round_, proposal, now=at(9.4))
    assert {s.household_id for s in world.stops(round_)} == {home.id for home in homes}
