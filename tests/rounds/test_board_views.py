"""The board, proposals, undo and urgent homes, as a browser without and with JavaScript asks."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Device, Role
from outreach.rounds import queries, services
from outreach.rounds.models import Mode, Proposal, Round
from outreach.rounds.services import Terms
from outreach.teams.models import Position
from tests.conftest import NOW
from tests.rounds.worlds import DAY, World, at

JSON = {"Accept": "application/json"}


@pytest.fixture
def round_(world: World, now) -> Round:
    world.homes(8)
    return world.publish(world.plan())


def test_a_leader_asks_for_a_proposal_looks_at_it_and_accepts_it(
    world: World, round_: Round, sign_in, make
) -> None:
    make.home(world.area, address="7 Bạch Đằng", east=500)
    browser, here = sign_in(world.leader), f"/rounds/{round_.id}"
    asked = browser.post(f"{here}/proposal", data={"mode": "fill"})
    assert asked.headers["Location"] == f"{here}/proposal"
    assert "data-refresh" in browser.get(f"{here}/proposal").text
    assert world.plan_due() == 1
    page = browser.get(f"{here}/proposal").text
    assert "7 Bạch Đằng" in page
    assert "7 Bạch Đằng" not in str([s.household.address for s in world.stops(round_)])
    id_ = re.search(r'name="proposal" value="([^"]+)"', page)
    assert id_
    assert browser.post(f"{here}/proposal/accept", data={"proposal": id_[1]}).status_code == 303
    assert "7 Bạch Đằng" in [s.household.address for s in world.stops(round_)]
    assert browser.get(f"{here}/proposal").status_code == 303


def test_accepting_an_old_proposal_says_so_and_a_new_one_is_on_its_way(
    world: World, round_: Round, sign_in
) -> None:
    proposal = world.propose(round_, Terms(Mode.FREE))
    services.lock_stop(world.edit(round_), world.stops(round_)[0].id, locked=True)
    world.session.commit()
    browser, here = sign_in(world.leader), f"/rounds/{round_.id}"
    assert "đã thay đổi" in browser.get(f"{here}/proposal").text
    answer = browser.post(f"{here}/proposal/accept", data={"proposal": proposal.id})
    assert answer.headers["Location"] == f"{here}/proposal"
    page = browser.get(f"{here}/proposal").text
    assert "Đợt đã thay đổi" in page
    assert "data-refresh" in page


def test_a_proposal_is_thrown_away(world: World, round_: Round, sign_in) -> None:
    world.propose(round_, Terms())
    browser = sign_in(world.leader)
    assert browser.post(f"/rounds/{round_.id}/proposal/drop").status_code == 303
    world.session.expire_all()
    assert world.session.scalars(sa.select(Proposal)).all() == []


def test_the_board_gets_the_touched_lists_worked_out_by_the_server(
    world: World, round_: Round, sign_in
) -> None:
    browser, here = sign_in(world.leader), f"/rounds/{round_.id}"
    first, second = world.routes(round_)
    stop = first.stops[0]
    form = {"revision": round_.revision, "route": second.id, "position": "2"}
    told = browser.post(f"{here}/stops/{stop.id}/move", data=form, headers=JSON).json
    world.session.expire_all()
    assert told["revision"] == round_.revision
    assert set(told["parts"]) == {f"lane-{first.id}", f"lane-{second.id}", "sums", "undo"}
    assert f'data-stop="{stop.id}"' in told["parts"][f"lane-{second.id}"]
    assert f'data-stop="{stop.id}"' not in told["parts"][f"lane-{first.id}"]
    assert stop.household.address in told["said"]
    minutes = {r.id: round(r.work_s / 60) for r in world.routes(round_)}
    assert f"{minutes[first.id]} phút" in told["said"]
    assert f"{minutes[second.id]} phút" in told["said"]
    again = browser.post(f"{here}/stops/{stop.id}/move", data=form, headers=JSON)
    assert again.status_code == 409
    assert again.json["error"]
    undone = browser.post(f"{here}/undo", data={"revision": told["revision"]}, headers=JSON).json
    assert f'data-stop="{stop.id}"' in undone["parts"][f"lane-{first.id}"]
    assert "data-undo" not in undone["parts"]["undo"]


def test_without_javascript_the_last_change_is_undone_by_a_form(
    world: World, round_: Round, sign_in
) -> None:
    browser, here = sign_in(world.leader), f"/rounds/{round_.id}"
    before = world.walked(round_)
    stop = world.stops(round_)[0]
    browser.post(f"{here}/stops/{stop.id}/remove", data={"revision": round_.revision})
    page = browser.get(here).text
    assert f'action="{here}/undo"' in page
    revision = re.search(r'undo".*?name="revision" value="(\d+)"', page, re.DOTALL)
    assert revision
    assert browser.post(f"{here}/undo", data={"revision": revision[1]}).status_code == 303
    assert world.walked(round_) == before
    assert browser.post(f"{here}/undo", data={"revision": revision[1]}).status_code == 409


def test_an_urgent_home_is_added_from_its_own_page_with_two_presses(
    world: World, round_: Round, sign_in, make
) -> None:
    home = make.home(world.area, address="3 Võ Thị Sáu", east=120, born=2020)
    browser = sign_in(world.leader)
    register = browser.get(f"/households/{home.id}").text
    assert f'href="/rounds/urgent/{home.id}"' in register  # the first press
    page = browser.get(f"/rounds/urgent/{home.id}").text
    form = dict(re.findall(r'name="(revision|household|route)" value="([^"]+)"', page))
    assert browser.post(f"/rounds/{round_.id}/homes", data=form).status_code == 303  # the second
    assert home.id in {s.household_id for s in world.stops(round_)}
    assert "đã có trên tuyến" in browser.get(f"/rounds/urgent/{home.id}").text
    far = make.home(world.area, east=50_000)
    assert "Chọn người đi" in browser.get(f"/rounds/urgent/{far.id}").text
    elsewhere = make.home(make.neighbourhood())
    assert browser.get(f"/rounds/urgent/{elsewhere.id}").status_code == 404


def test_promises_at_risk_come_first_with_the_age_of_what_the_phone_said(
    world: World, make, sign_in, set_clock
) -> None:
    set_clock(at(7))
    homes = world.homes(6)
    make.appointment(homes[0], at(8.2), minutes=30)
    world.members = world.members[:1]
    round_ = world.publish(world.plan(now=at(7)), now=at(7))
    browser = sign_in(world.leader)
    browser_of_walker = sign_in(world.members[0].user)
    assert browser_of_walker.get("/").status_code < 400
    device = world.session.scalars(
        sa.select(Device).where(Device.user_id == world.members[0].user_id)
    ).first()
    assert device is not None
    device.last_seen_at, device.held = at(9.3), 3
    world.session.commit()
    set_clock(at(9.5))
    here = f"/rounds/{round_.id}"
    for path in (f"{here}/going", f"{here}/board", here, f"/board?day={DAY}"):
        page = browser.get(path).text
        assert "có nguy cơ" in page, path
        assert homes[0].address in page
        assert "12 phút trước" in page, path
        assert "3 báo cáo" in page, path
    assert page.index("có nguy cơ") < page.index("<table")
    world.visited(world.stops(round_)[0], at(9.4))
    assert "1/6" in browser.get(f"{here}/going").text


def test_only_those_who_run_or_oversee_the_team_may_change_a_round(
    world: World, round_: Round, sign_in, make
) -> None:
    here = f"/rounds/{round_.id}"
    route = world.routes(round_)[0]
    proposal = world.propose(round_, Terms())
    other = make.member(make.team(world.area), position=Position.LEADER).user
    gets = (f"{here}/board", f"{here}/going", f"{here}/proposal")
    posts = {
        f"{here}/proposal": {"mode": "free"},
        f"{here}/proposal/accept": {"proposal": proposal.id},
        f"{here}/proposal/drop": {},
        f"{here}/routes/{route.id}/ill": {"most": "3"},
        f"{here}/routes/{route.id}/full": {"revision": round_.revision, "full": 1},
        f"{here}/undo": {"revision": round_.revision},
    }
    for user, status in ((other, 404), (make.user(Role.OFFICER), 404),
                         (world.members[0].user, 403)):  # fmt: skip
        browser = sign_in(user)
        for path in gets:
            assert browser.get(path).status_code == status
        for path, form in posts.items():
            assert browser.post(path, data=form).status_code == status, path
    world.session.expire_all()
    assert queries.proposal_of(world.session, round_) is not None
    assert world.routes(round_)[0].full is False
    browser = sign_in(make.member(world.team, position=Position.DEPUTY).user)
    assert all(browser.get(path).status_code == 200 for path in gets)
    damaged = browser.post(f"{here}/proposal", data={"mode": "whatever"})
    assert damaged.status_code == 422


def test_the_board_and_a_proposal_ask_as_often_for_few_homes_as_for_many(
    world: World, sign_in, now, queries: list[str]
) -> None:
    browser = sign_in(world.leader)

    def asked(round_: Round) -> list[int]:
        world.propose(round_, Terms(Mode.FREE))
        stop = world.stops(round_)[0]
        urgent = f"/rounds/urgent/{stop.household_id}"
        counts = []
        for path in (f"/rounds/{round_.id}/board", f"/rounds/{round_.id}/proposal", urgent):
            queries.clear()
            assert browser.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    world.homes(4)
    round_ = world.plan()
    few = asked(round_)
    world.homes(30, apart=20)
    world.plan(round_)
    assert asked(round_) == few
    assert max(few) <= 30, few
    assert NOW
