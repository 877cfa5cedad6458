"""No internet at all: reports go by a sealed file or by codes; and the leader changes the route."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from outreach.core import clock
from outreach.core.db import Session
from outreach.rounds import queries as rounds
from outreach.rounds import services as editing
from tests.browser.phone import stored
from tests.browser.test_visits import today_walk
from tests.factories import Make


def test_a_sealed_file_is_carried_by_the_leader_and_doubles_nothing(
    phone, open_page, make: Make, session: Session, tmp_path, sign_in
) -> None:
    walk = today_walk(make, 4)
    held = phone(walk, accept_downloads=True)
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    for _ in range(3):
        held.absent()
    page.goto("/today/end")
    page.get_by_text("Không có mạng: giao cho tổ trưởng").tap()
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu thành tệp").tap()
    file = tmp_path / "queue.json"
    download.value.save_as(file)
    carried = file.read_text()
    assert json.loads(carried)["format"] == "outreach-queue-1"
    assert str(walk.stops[0].id) not in carried  # nobody on the way can read it
    desk = open_page("/relay", as_user=walk.leader, size="desk")
    desk.set_input_files("#queue", file)
    desk.get_by_role("button", name="Nhận báo cáo").click()
    expect(desk.locator(".notice.good")).to_contain_text("3 báo cáo")
    assert {one.volunteer_id for one in stored(session)} == {walk.volunteer.id}
    held.context.set_offline(False)  # and then the phone finds a signal after all
    held.all_stored(3)
    assert all(one["again"] for one in held.kept())
    assert len(stored(session)) == 3


def test_a_few_reports_go_as_codes_on_the_screen(
    phone, open_page, make: Make, session: Session, shoot
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    held.absent()
    page.goto("/today/end")
    page.get_by_text("Không có mạng: giao cho tổ trưởng").tap()
    page.get_by_role("button", name="Hiện mã QR").tap()
    codes = page.locator("[data-shown] li")
    expect(codes.first.locator("svg path")).to_have_attribute("d", re.compile(r"^M\d+ \d+h1v1h"))
    shoot(page, "phone-codes")
    texts = codes.evaluate_all("all => all.map(one => one.dataset.text)")
    assert texts[0].startswith(f"OUTREACH1/1/{len(texts)}/")
    desk = open_page("/relay", as_user=walk.leader, size="desk")
    desk.fill("#parts", "\n".join(reversed(texts)))
    desk.get_by_role("button", name="Nhận báo cáo").click()
    expect(desk.locator(".notice.good")).to_contain_text("2 báo cáo")
    assert len(stored(session)) == 2


def test_a_changed_route_is_told_and_the_current_home_stays(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 4)
    mate = make.member(walk.team).user
    others = make.walked_route(
        walk.team, mate, [make.home_of(walk.team.area, 1950) for _ in range(3)],
        day=walk.route.round.day, round_=walk.route.round,
    )  # fmt: skip
    for stop in [*walk.stops, *others.stops]:
        stop.household.latitude, stop.household.longitude = 10.9, 106.7
    session.commit()
    held = phone(walk)
    page = held.ready()
    page.goto("/")
    here = held.heading().inner_text()
    came, gone = [stop.id for stop in others.stops[:2]], walk.stops[2]
    names = [stop.household.head_name for stop in others.stops[:2]]
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    change = editing.Edit(
        session, round_, revision=None, actor=walk.leader, now=clock.now(), zone=zone
    )
    for stop_id in came:
        editing.move_stop(change, stop_id, walk.route.id, None)
    editing.remove_stop(change, gone.id)
    lost = gone.household.head_name
    session.commit()
    page.clock.install()
    page.clock.fast_forward(timedelta(minutes=3).seconds * 1000)  # the page looks by itself
    banner = page.locator(".strip details")
    expect(banner).to_contain_text("+2 −1", timeout=15_000)
    expect(held.heading()).to_have_text(here)
    banner.locator("summary").tap()
    for name in (*names, lost):
        expect(banner.get_by_text(name)).to_be_visible()
    banner.get_by_role("button", name="Tôi đã xem").tap()
    expect(page.locator(".strip details")).to_have_count(0)
    page.goto("/today")
    expect(page.locator("li.stop")).to_have_count(5)
