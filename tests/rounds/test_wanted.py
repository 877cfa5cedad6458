"""A deadline becomes a stop: of tomorrow's plan where it has room, else of the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.core.errors import NotFound
from outreach.households.models import Household
from outreach.rounds import services
from outreach.rounds.models import LeftOut, State, WantedVisit
from outreach.rounds.queries import wanted_visits
from outreach.rounds.services import Asking
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World


def want(world: World, home: Household, actor: User | None = None) -> Asking:
    found = services.want(world.session, home.id, actor=actor or world.leader, now=NOW, zone=ZONE)
    world.session.commit()
    return found


def planned(world: World) -> set[object]:
    return {stop.household_id for stop in world.stops(world.plan())}


def test_the_next_plan_must_visit_a_home_that_is_wanted(world: World, make, now) -> None:
    world.homes(3)
    content = make.content_home(world.area, east=100.0)
    assert content.id not in planned(world)
    assert want(world, content) is Asking.KEPT or want(world, content) is not None
    round_ = world.plan(starts=14 * 60, ends=17 * 60)
    stop = next(s for s in world.stops(round_) if s.household_id == content.id)
    assert stop.reasons[0] == "wanted"


def test_a_published_round_that_visits_it_answers_the_wish_and_a_withdrawn_one_does_not(
    world: World, make, now
) -> None:
    home = make.content_home(world.area, east=50.0)
    assert want(world, home) is Asking.KEPT
    assert wanted_visits.still_wanted(world.session, DAY) == {home.id}
    round_ = world.plan()
    world.publish(round_)
    assert wanted_visits.still_wanted(world.session, DAY) == set()
    assert wanted_visits.still_wanted(world.session, DAY, besides=round_.id) == {home.id}
    services.withdraw(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    assert wanted_visits.still_wanted(world.session, DAY) == {home.id}


def test_tomorrows_plan_takes_it_at_once_where_it_fits(world: World, make, now) -> None:
    world.homes(3)
    round_ = world.plan()
    late = make.content_home(world.area, east=90.0)
    assert want(world, late) is Asking.ADDED
    assert late.id in {stop.household_id for stop in world.stops(round_)}
    assert want(world, late) is Asking.THERE
    assert world.session.scalar(sa.select(sa.func.count()).select_from(WantedVisit)) == 1


def test_where_nobody_has_time_it_stays_a_wish_and_says_so(world: World, make, now) -> None:
    world.homes(2)
    world.plan()
    far = make.content_home(world.area, east=90_000.0)
    assert want(world, far) is Asking.NO_ROOM
    assert wanted_visits.still_wanted(world.session, DAY) == {far.id}


def test_a_wish_taken_back_is_none(world: World, make, now) -> None:
    home = make.content_home(world.area)
    want(world, home)
    for _ in range(2):
        services.no_longer_want(world.session, home.id, actor=world.leader, now=NOW, zone=ZONE)
        world.session.commit()
    round_ = world.plan()
    assert round_.state is State.DRAFT
    aside = world.session.scalars(sa.select(LeftOut.reason)).all()
    assert aside == ["nothing_missing"]


def test_a_wish_that_nobody_served_ends_by_itself(world: World, make, now) -> None:
    home = make.content_home(world.area)
    want(world, home)
    assert wanted_visits.still_wanted(world.session, DAY + timedelta(days=14)) == {home.id}
    assert wanted_visits.still_wanted(world.session, DAY + timedelta(days=15)) == set()


def test_only_who_works_there_may_ask(world: World, make, now) -> None:
    home = make.content_home(world.area)
    for stranger in (
        make.user(Role.LEADER, area=make.neighbourhood()),
        make.user(area=world.area),  # a volunteer who was never given this home
    ):
        with pytest.raises(NotFound):
            want(world, home, stranger)


def test_a_volunteer_may_ask_for_a_home_of_their_route(world: World, now) -> None:
    homes = world.homes(3)
    round_ = world.publish(world.plan())
    (stop, *_rest) = world.stops(round_)
    walker = stop.route.volunteer
    home = next(one for one in homes if one.id == stop.household_id)
    assert want(world, home, walker) is Asking.KEPT
