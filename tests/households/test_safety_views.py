"""The safety of a home's visitors on its page, on the volunteer's card, and on paper."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.households.models import Hazard, Household
from tests.rounds.worlds import DAY, World


@pytest.fixture
def world(make, session, app) -> World:
    return World(make, session, app.db)


def stored(world: World, home: Household) -> Household:
    world.session.expire_all()
    found = world.session.get_one(Household, home.id)
    names = [one.name for one in found.visitors]
    assert isinstance(names, list)
    world.session.commit()
    return found


def test_a_leader_says_who_may_go_there_when_and_why(world: World, sign_in) -> None:
    (home,) = world.homes(1)
    member = world.members[0]
    browser = sign_in(world.leader)
    here = f"/households/{home.id}"
    assert browser.get(f"{here}/safety").status_code == 200
    told = {"never_alone": "y", "not_after_dark": "y", "visitor": str(member.user_id)}
    silent = browser.post(f"{here}/safety", data=told)
    assert silent.status_code == 422
    assert "Hãy ghi lý do" in silent.text
    assert not stored(world, home).never_alone
    saved = browser.post(f"{here}/safety", data={**told, "reason": "hẻm tối, vắng người"})
    assert saved.status_code == 303
    found = stored(world, home)
    assert (found.never_alone, found.not_after_dark) == (True, True)
    page = browser.get(here).text
    for shown in ("Không đi một mình", "Không đến khi trời tối", "hẻm tối, vắng người",
                  f"Chỉ {member.user.name} được đến hộ này"):  # fmt: skip
        assert shown in page
    assert "checked" in browser.get(f"{here}/safety").text


def test_a_reason_is_no_place_for_identity_numbers(world: World, sign_in) -> None:
    (home,) = world.homes(1)
    data = {"never_alone": "y", "reason": "CCCD 087084000999"}
    browser = sign_in(world.leader)
    assert browser.post(f"/households/{home.id}/safety", data=data).status_code == 422


def test_volunteers_and_strangers_do_not_set_rules(world: World, make, sign_in) -> None:
    (home,) = world.homes(1)
    here = f"/households/{home.id}/safety"
    data = {"never_alone": "y", "reason": "x"}
    assert sign_in(world.members[0].user).post(here, data=data).status_code == 403
    stranger = make.user(Role.LEADER, area=make.neighbourhood())
    assert sign_in(stranger).post(here, data=data).status_code == 404
    assert not stored(world, home).never_alone


def test_a_warning_from_the_door_is_shown_as_a_rule_until_somebody_settles_it(
    world: World, sign_in
) -> None:
    (home,) = world.homes(1)
    home.hazards = [Hazard.UNSAFE]
    world.session.commit()
    browser = sign_in(world.leader)
    assert "Một tổ viên đã báo" in browser.get(f"/households/{home.id}/safety").text
    browser.post(f"/households/{home.id}/safety", data={"reason": ""})
    assert stored(world, home).hazards == []


def test_the_rules_are_on_the_card_the_day_the_list_and_the_paper(
    world: World, sign_in, now
) -> None:
    home, _other = world.homes(2)
    one, other = world.members
    browser = sign_in(world.leader)
    told = {
        "never_alone": "y", "not_after_dark": "y", "visitor": str(one.user_id),
        "reason": "chó thả ban đêm",
    }  # fmt: skip
    assert browser.post(f"/households/{home.id}/safety", data=told).status_code == 303
    round_ = world.publish(world.plan(pairs=((one.user_id, other.user_id),)))
    stop = next(s for s in world.stops(round_) if s.household_id == home.id)
    rules = ("Đừng đi một mình", "Ra về trước 17:", f"Chỉ {one.user.name} được đến hộ này",
             "chó thả ban đêm")  # fmt: skip
    world.session.commit()
    card = sign_in(other.user).get(f"/stops/{stop.id}").text
    paper = browser.get(f"/rounds/{round_.id}/print").text
    for rule in rules:
        assert rule in card, rule
        assert rule in paper, rule
    day = sign_in(other.user).get(f"/today?day={DAY}").text
    board = browser.get(f"/rounds/{round_.id}/board").text
    for tag in ("Đi hai người", "Trước 17:"):
        assert tag in day
        assert tag in board
    assert browser.get(f"/rounds/{round_.id}/print.pdf").status_code == 200


def test_the_volunteers_pack_changes_when_a_rule_does(world: World, sign_in, now) -> None:
    home, _other = world.homes(2)
    round_ = world.publish(world.plan())
    stop = next(s for s in world.stops(round_) if s.household_id == home.id)
    user = stop.route.volunteer
    world.session.commit()
    from outreach.phone import packing

    def content() -> str:
        found = packing.pack(world.session, user, DAY).content
        world.session.rollback()
        return found

    before = content()
    world.session.execute(
        sa.update(Household).where(Household.id == home.id).values(not_after_dark=True)
    )
    world.session.commit()
    assert content() != before
