"""Pages of rounds, as a browser without JavaScript sees them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.rounds.models import Round, State
from outreach.teams.models import Position
from tests.rounds.worlds import DAY, World

STEP = {"team": "", "day": DAY.isoformat(), "starts": "08:00", "ends": "11:00"}


def only_round(world: World) -> Round:
    world.session.expire_all()
    return world.session.scalars(sa.select(Round)).one()


def revision(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found.group(1)


def test_a_leader_plans_and_publishes_step_by_step(world: World, sign_in, now) -> None:
    world.homes(6)
    browser = sign_in(world.leader)
    step = {**STEP, "team": world.team.id}
    assert browser.get("/rounds").status_code == 200
    assert DAY.isoformat() in browser.get("/rounds/new").text
    areas = browser.get("/rounds/new/areas", query_string=step)
    assert f'value="{world.area.id}"' in areas.text
    step["area"] = world.area.id
    people = browser.get("/rounds/new/people", query_string=step).text
    assert people.count('name="person"') == 2
    assert people.count("checked") == 2
    step["person"] = [member.user_id for member in world.members]
    step["instructions"] = "Tập trung ở nhà văn hoá"
    made = browser.post("/rounds/new", data=step)
    assert made.status_code == 303
    here = made.headers["Location"]
    assert "data-refresh" in browser.get(here).text
    assert world.plan_due() == 1
    page = browser.get(here).text
    assert "nhà văn hoá" in page
    answer = browser.post(f"{here}/publish", data={"revision": revision(page)})
    assert answer.status_code == 303
    assert only_round(world).state is State.PUBLISHED
    assert browser.get(here).status_code == 200
    assert browser.get("/rounds").text.count("Đã công bố") == 1


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"day": "2026-11-01"}, "60 ngày"),
        ({"day": "soon"}, ""),
        ({"ends": "07:00"}, "Giờ kết thúc"),
        ({"area": []}, "địa bàn"),
        ({"person": []}, "người"),
        ({"instructions": "x" * 600}, "500"),
        ({"person": ["00000000-0000-0000-0000-000000000007"]}, "ít nhất một người"),
        ({"person": ["nobody"]}, "hỏng"),
    ],
)
def test_a_wrong_answer_is_shown_on_its_step_and_nothing_is_made(
    world: World, sign_in, now, change, shown: str
) -> None:
    world.homes(2)
    browser = sign_in(world.leader)
    step = {**STEP, "team": world.team.id, "area": [world.area.id]}
    step["person"] = [member.user_id for member in world.members]
    answer = browser.post("/rounds/new", data={**step, **change})
    assert answer.status_code == 422
    assert shown in answer.text
    assert world.session.scalars(sa.select(Round)).all() == []


@pytest.fixture
def planned(world: World, now) -> Round:
    world.homes(6, phone=True)
    return world.plan()


def test_every_page_of_a_round_can_be_read(world: World, planned: Round, sign_in, make) -> None:
    make.home(world.area, east=None)
    browser = sign_in(world.leader)
    here = f"/rounds/{planned.id}"
    route = world.routes(planned)[0]
    for path in ("", f"/routes/{route.id}", "/left-out", "/add?q=nguyen trai", "/print"):
        assert browser.get(here + path).status_code == 200, path
    data = browser.get(f"{here}/map.json").json
    assert len(data["routes"]) == 2
    assert sum(len(r["stops"]) for r in data["routes"]) == 6
    one = browser.get(f"{here}/map.json?route={route.id}").json
    assert len(one["routes"]) == 1


def test_the_paper_has_a_sheet_for_each_volunteer_with_phones_and_codes(
    world: World, planned: Round, sign_in
) -> None:
    world.publish(planned)
    paper = sign_in(world.leader).get(f"/rounds/{planned.id}/print").text
    assert paper.count("page-break") == 1
    for member in world.members:
        assert member.user.name in paper
    for stop in world.stops(planned):
        assert stop.household.address in paper
    assert paper.count("tick-box") == 6 * 3
    assert "091" in paper


def test_a_stop_is_moved_locked_and_taken_off_by_forms(
    world: World, planned: Round, sign_in
) -> None:
    browser = sign_in(world.leader)
    here = f"/rounds/{planned.id}"
    first, second = world.routes(planned)
    stop = first.stops[0]

    def send(path: str, **form) -> int:
        number = revision(browser.get(f"{here}/routes/{first.id}").text)
        return int(browser.post(here + path, data={"revision": number, **form}).status_code)

    assert send(f"/stops/{stop.id}/move", route=second.id, position="1") == 303
    assert send(f"/stops/{stop.id}/lock", locked="1") == 303
    assert send(f"/routes/{second.id}/lock", locked="1") == 303
    assert send(f"/stops/{stop.id}/remove") == 303
    assert send("/homes", household=stop.household_id, route="") == 303
    assert send(f"/routes/{first.id}/absent") == 303
    assert send(f"/routes/{first.id}/present") == 303
    assert send("/plan") == 303
    assert browser.post(f"{here}/stop-planning").status_code == 303
    stale = {"revision": 1, "route": second.id}
    assert browser.post(f"{here}/stops/{stop.id}/move", data=stale).status_code == 409
    assert browser.post(f"{here}/publish", data={}).status_code == 422


def test_left_out_homes_have_their_sentences(world: World, sign_in, make, now) -> None:
    world.homes(2)
    home = make.home(world.area, address="9 Bạch Đằng")
    from tests.rounds.worlds import at

    make.appointment(home, at(9), skill="digital_signature")
    round_ = world.plan()
    browser = sign_in(world.leader)
    page = browser.get(f"/rounds/{round_.id}/left-out").text
    assert "Cần người biết làm chữ ký số; đợt này không có ai biết." in page
    assert "9 Bạch" not in browser.get(f"/rounds/{round_.id}/left-out?reason=no_time").text


def test_only_those_who_run_or_oversee_the_team_see_a_round(
    world: World, planned: Round, sign_in, make
) -> None:
    here = f"/rounds/{planned.id}"
    deputy = make.member(world.team, position=Position.DEPUTY).user
    officer = make.user(Role.OFFICER, area=world.area.parent)
    administrator = make.user(Role.ADMINISTRATOR)
    for user in (world.leader, deputy, officer, administrator):
        assert sign_in(user).get(here).status_code == 200
    other_leader = make.member(make.team(world.area), position=Position.LEADER).user
    other_officer = make.user(Role.OFFICER)
    for user in (other_leader, other_officer):
        browser = sign_in(user)
        stop = world.stops(planned)[0]
        assert browser.get(here).status_code == 404
        assert browser.get(f"{here}/map.json").status_code == 404
        form = {"revision": planned.revision}
        assert browser.post(f"{here}/publish", data=form).status_code == 404
        assert browser.post(f"{here}/stops/{stop.id}/remove", data=form).status_code == 404
        assert planned.team.name not in browser.get("/rounds").text
    assert sign_in(world.members[0].user).get(here).status_code == 403


def test_pages_ask_as_often_for_few_homes_as_for_many(
    world: World, sign_in, now, queries: list[str]
) -> None:
    browser = sign_in(world.leader)

    def asked(round_: Round) -> list[int]:
        counts = []
        route = world.routes(round_)[0]
        for path in ("", "/map.json", f"/routes/{route.id}", "/left-out", "/print"):
            queries.clear()
            assert browser.get(f"/rounds/{round_.id}{path}").status_code == 200
            counts.append(len(queries))
        return counts

    world.homes(3)
    few = asked(world.plan())
    world.homes(20)
    assert asked(world.plan()) == few
