"""An open home is on one list from today on: other days' rounds and claims keep their homes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.core.errors import Conflict
from outreach.rounds import services
from outreach.rounds.models import Hold, LeftOut, Round, State
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World, at, state_of

LATER = DAY + timedelta(days=2)


def reasons(world: World, round_: Round) -> set[str]:
    found = world.session.scalars(sa.select(LeftOut.reason).where(LeftOut.round_id == round_.id))
    return set(found)


def test_the_next_days_plan_leaves_out_what_another_day_will_visit(world: World, now) -> None:
    world.homes(4)
    world.publish(world.plan())
    later = world.plan(day=LATER)
    assert reasons(world, later) == {"other_day"}
    assert later.state is State.DRAFT


def test_what_nobody_came_to_is_free_once_the_session_is_over(world: World, now, set_clock) -> None:
    homes = world.homes(4)
    round_ = world.publish(world.plan())
    world.visited(world.stops(round_)[0], at(8.5))
    set_clock(at(12))
    later = world.plan(day=LATER, now=at(12))
    assert len(world.stops(later)) == len(homes)


def test_two_plans_of_two_days_with_one_home_are_not_both_published(world: World, now) -> None:
    (home, *_rest) = world.homes(3)
    one, other = world.plan(), world.plan(day=LATER)
    world.publish(one)
    with pytest.raises(Conflict, match=home.address):
        world.publish(other)
    world.session.rollback()
    services.withdraw(world.session, one, actor=world.leader, now=NOW)
    world.session.commit()
    world.publish(other)
    assert state_of(other) is State.PUBLISHED


def test_a_home_of_another_day_is_not_added_by_hand_either(world: World, now) -> None:
    homes = world.homes(3)
    one, other = world.plan(), world.plan(day=LATER)
    for stop in world.stops(other):
        services.remove_stop(world.edit(other), stop.id)
    world.session.commit()
    world.publish(one)
    other.state = State.PROPOSED
    world.session.commit()
    world.publish(other)
    with pytest.raises(Conflict, match=homes[0].address):
        services.add_home(world.edit(other), homes[0].id, None)
    world.session.rollback()
    assert not world.stops(other)


def test_two_days_published_in_the_same_moment_share_no_home(world: World, now) -> None:
    world.homes(6)
    ids = [world.plan(day=DAY + timedelta(days=n)).id for n in range(3)]
    leader, ready = world.leader.id, threading.Barrier(3)
    world.session.commit()

    def tap(round_id: UUID) -> bool:
        ready.wait()
        try:
            with world.db.transaction() as session:
                services.publish(
                    session, session.get_one(Round, round_id),
                    actor=session.get_one(User, leader), now=NOW, zone=ZONE,
                )  # fmt: skip
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(tap, ids)) == 1
    world.session.expire_all()
    held = world.session.scalars(sa.select(Hold.household_id)).all()
    assert len(held) == len(set(held)) == 6
