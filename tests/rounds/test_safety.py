"""Rules for the safety of visitors, kept by plans, changes by hand, urgent homes and claims."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.core.errors import Refusal
from outreach.households import services as households
from outreach.households.models import Hazard, Household
from outreach.households.services import Safety
from outreach.rounds import queries, rules, safety, sentences, services
from outreach.rounds.models import LeftOut, Mode, Round
from outreach.rounds.services import Terms
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, World

EVENING: dict[str, Any] = {"starts": 16 * 60, "ends": 21 * 60}


def ruled(world: World, home: Household, *people: UUID, **change) -> Household:
    """The home with these rules, told by the leader."""
    told = Safety(visitor_ids=frozenset(people), reason="hẻm tối", **change)
    households.tell_safety(world.session, home.id, told, actor=world.leader, now=NOW)
    world.session.commit()
    return home


def warned(world: World, *hazards: Hazard) -> Household:
    """A home of which somebody warned at the door."""
    (home,) = world.homes(1)
    home.hazards = list(hazards)
    world.session.commit()
    return home


def why(world: World, round_: Round, home: Household) -> tuple[str, str]:
    """Why a home is left out: the code, and the sentence."""
    row = world.session.scalars(
        sa.select(LeftOut).where(LeftOut.round_id == round_.id, LeftOut.household_id == home.id)
    ).one()
    names = queries.names_in(world.session, round_, [row])
    world.session.commit()
    return row.reason, sentences.left_out(row.reason, row.values, names)


def paired(world: World) -> World:
    """The first two members walk together in whatever round is made."""
    one, other = world.members[:2]
    made = world.wish

    def wish(**change):
        return made(**{"pairs": ((one.user_id, other.user_id),), **change})

    world.wish = wish  # type: ignore[method-assign]
    return world


def test_nobody_is_sent_alone_to_a_home_where_nobody_may_go_alone(world: World, now) -> None:
    one, *others = world.homes(4)
    ruled(world, one, never_alone=True)
    round_ = world.plan()
    planned = {stop.household_id for stop in world.stops(round_)}
    assert planned == {home.id for home in others}
    code, sentence = why(world, round_, one)
    assert code == "no_pair"
    assert sentence == "Hộ này không được đến một mình, mà đợt này không có ai đi theo cặp."


def test_a_warning_from_the_door_binds_plans_as_well(world: World, now) -> None:
    home = warned(world, Hazard.UNSAFE)
    round_ = world.plan()
    assert world.stops(round_) == []
    assert why(world, round_, home)[0] == "no_pair"


def test_a_home_that_names_somebody_is_visited_by_them_alone(world: World, now) -> None:
    one, other = world.members
    homes = world.homes(6)
    ruled(world, homes[0], other.user_id)
    ruled(world, homes[5], one.user_id)
    round_ = world.plan()
    holder = {s.household_id: r.volunteer_id for r in world.routes(round_) for s in r.stops}
    assert holder[homes[0].id] == other.user_id
    assert holder[homes[5].id] == one.user_id


def test_whoever_is_named_and_not_out_is_named_in_the_reason(world: World, now) -> None:
    one, other = world.members
    home, *_rest = world.homes(3)
    ruled(world, home, other.user_id)
    round_ = world.plan(volunteer_ids=(one.user_id,))
    code, sentence = why(world, round_, home)
    assert code == "only_by"
    assert other.user.name in sentence
    assert one.user.name not in sentence


def test_a_visit_ends_before_dark_where_it_must(world: World, now) -> None:
    homes = world.homes(8, apart=250)
    ruled(world, homes[7], not_after_dark=True)
    round_ = world.plan(**EVENING)
    stop = next(s for s in world.stops(round_) if s.household_id == homes[7].id)
    dark = safety.dusk(homes[7].latitude, homes[7].longitude, DAY, ZONE)
    assert dark is not None
    assert 17.5 * 3600 < dark < 18 * 3600
    assert stop.starts_s + stop.service_s <= dark


def test_a_session_after_dark_leaves_it_out_and_says_why(world: World, now) -> None:
    home, *_rest = world.homes(3)
    ruled(world, home, not_after_dark=True)
    round_ = world.plan(starts=18 * 60, ends=20 * 60)
    code, sentence = why(world, round_, home)
    assert code == "after_dark"
    assert "trước khi trời tối (17:" in sentence
    assert len(world.stops(round_)) == 2


def test_an_urgent_home_that_nobody_may_visit_is_refused_with_the_reason(world: World, now) -> None:
    home, *_rest = world.homes(3)
    round_ = world.publish(world.plan())
    edit = world.edit(round_)
    stop = next(s for s in edit.picture.stops() if s.household_id == home.id)
    services.remove_stop(edit, stop.id)
    world.session.commit()
    ruled(world, home, never_alone=True)
    with pytest.raises(Refusal, match="đợt này không có ai đi theo cặp"):
        services.add_home(world.edit(round_), home.id, None)
    world.session.rollback()
    with pytest.raises(Refusal, match="Hãy giao cho một cặp"):
        services.add_home(world.edit(round_), home.id, world.routes(round_)[0].id)


def test_a_move_by_hand_to_somebody_else_is_refused(world: World, now) -> None:
    one, other = world.members
    home, *_rest = world.homes(4)
    ruled(world, home, one.user_id)
    round_ = world.publish(world.plan())
    edit = world.edit(round_)
    stop = next(s for s in edit.picture.stops() if s.household_id == home.id)
    target = next(r for r in edit.picture.routes if r.volunteer_id == other.user_id)
    with pytest.raises(Refusal, match=f"chỉ {one.user.name} được đến"):
        services.move_stop(edit, stop.id, target.id, None)


def test_a_move_that_keeps_another_home_waiting_until_dark_is_refused(world: World, now) -> None:
    homes = world.homes(10, apart=400)
    ruled(world, homes[9], not_after_dark=True)
    one = world.members[0]
    round_ = world.plan(volunteer_ids=(one.user_id,), **EVENING)
    edit = world.edit(round_)
    order = sorted(edit.picture.stops(), key=lambda stop: stop.position)
    with pytest.raises(Refusal, match="phải xong việc trước khi trời tối"):
        services.move_stop(
            edit, next(s.id for s in order if s.household_id == homes[9].id),
            order[0].route_id, len(order),
        )  # fmt: skip


def test_what_was_unsafe_before_can_be_mended_step_by_step(world: World, now) -> None:
    home, *_rest = world.homes(4)
    round_ = world.publish(world.plan())
    ruled(world, home, never_alone=True)
    view = world.view(round_)
    assert [b for r in view.routes for s in r.stops for b in s.broken] == [rules.Broken.ALONE]
    edit = world.edit(round_)
    other = next(s for s in edit.picture.stops() if s.household_id != home.id)
    services.move_stop(edit, other.id, other.route_id, 1)
    world.session.commit()
    edit = world.edit(round_)
    stop = next(s for s in edit.picture.stops() if s.household_id == home.id)
    services.remove_stop(edit, stop.id)
    world.session.commit()
    assert world.view(round_).broken == 0


def test_a_plan_that_a_new_rule_broke_is_not_published(world: World, now) -> None:
    home, *_rest = world.homes(3)
    round_ = world.plan()
    ruled(world, home, never_alone=True)
    with pytest.raises(Refusal, match="không được đến một mình"):
        world.publish(round_)
    world.session.rollback()
    world.publish(world.plan(round_))
    assert home.id not in {stop.household_id for stop in world.stops(round_)}


@pytest.mark.parametrize("mode", list(Mode))
def test_every_way_of_planning_again_keeps_the_rules(world: World, now, mode: Mode) -> None:
    homes = world.homes(8)
    round_ = world.publish(world.plan())
    one, other = world.members
    ruled(world, homes[0], never_alone=True)
    ruled(world, homes[1], one.user_id)
    ruled(world, homes[6], other.user_id)
    proposal = world.propose(round_, Terms(mode=mode))
    assert world.accept(round_, proposal)
    view = world.view(round_)
    assert [b for r in view.routes for s in r.stops for b in s.broken] == []
    assert homes[0].id not in {stop.household_id for stop in world.stops(round_)}


def test_homes_of_somebody_ill_go_only_to_who_may_go_there(world: World, now) -> None:
    homes = world.homes(6)
    one, other = world.members
    ruled(world, homes[2], one.user_id)
    round_ = world.publish(world.plan())
    route = next(r for r in world.routes(round_) if r.volunteer_id == one.user_id)
    services.mark_absent(world.edit(round_), route.id)
    world.session.commit()
    assert homes[2].id not in {stop.household_id for stop in world.stops(round_)}
    code, sentence = why(world, round_, homes[2])
    assert (code, one.user.name in sentence) == ("only_by", True)
    assert other.user.name not in sentence


def test_saying_no_more_rules_settles_a_warning_from_the_door(world: World, now) -> None:
    home = warned(world, Hazard.DOG, Hazard.UNSAFE)
    ruled(world, home)
    assert home.hazards == [Hazard.DOG]
    assert not home.in_pairs_only


def test_only_people_who_work_there_can_be_named(world: World, now) -> None:
    (home,) = world.homes(1)
    stranger = world.make.user()
    with pytest.raises(Refusal):
        ruled(world, home, stranger.id)


def test_the_rules_are_in_the_trail_without_their_reason(world: World, now) -> None:
    from outreach.core.audit import AuditEntry

    (home,) = world.homes(1)
    ruled(world, home, never_alone=True)
    entry = world.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "household.safety_told")
    ).one()
    assert entry.subject_id == home.id
    assert "hẻm" not in str(entry.facts)
    assert entry.at == NOW


def test_a_pair_walks_one_route_and_goes_where_nobody_goes_alone(world: World, now) -> None:
    homes = world.homes(4)
    ruled(world, homes[2], never_alone=True)
    one, other = world.members
    round_ = world.plan(pairs=((one.user_id, other.user_id),))
    (route,) = world.routes(round_)
    assert set(route.people) == {one.user_id, other.user_id}
    assert {stop.household_id for stop in route.stops} == {home.id for home in homes}
