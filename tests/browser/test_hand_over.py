"""No internet at all: reports go by a sealed file or by codes; and the leader changes the route."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Locator, Page, expect

from outreach.core import clock
from outreach.core.db import Session
from outreach.rounds import queries as rounds
from outreach.rounds import services as editing
from tests.browser.conftest import session_cookie
from tests.browser.phone import Phone, sign_in, stored
from tests.browser.test_every_page import wrong_with
from tests.browser.test_phone_pages import WIDE, small
from tests.browser.test_visits import today_walk
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


def test_a_sealed_file_is_carried_by_the_leader_and_doubles_nothing(
    phone, open_page, make: Make, session: Session, tmp_path
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


def shown_codes(held: Phone, reports: int) -> Locator:
    """Reports made without signal, on the screen as codes."""
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    for _ in range(reports):
        held.absent()
    page.goto("/today/end")
    page.get_by_text("Không có mạng: giao cho tổ trưởng").tap()
    page.get_by_role("button", name="Hiện mã QR").tap()
    codes = page.locator("[data-shown] li")
    drawn = re.compile(r"^M\d+ \d+h1v1h")
    expect(codes.first.locator("svg path")).to_have_attribute("d", drawn)
    return codes


def seen_by_a_camera(code: Locator) -> str:
    """What a reader of QR codes makes of the picture on the phone's screen."""
    picture = Image.open(io.BytesIO(code.locator("svg").screenshot())).convert("L")
    crooked = picture.rotate(5, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    blurred = crooked.filter(ImageFilter.GaussianBlur(1.2))  # held by a hand
    (found,) = zxingcpp.read_barcodes(blurred)
    return found.text


def scanned(leader: Page, link: str) -> Page:
    """The phone's own camera opens a link in a tab of its own."""
    tab = leader.context.new_page()
    tab.goto(link)
    return tab


def test_a_few_reports_go_as_codes_on_the_screen(
    phone, open_page, make: Make, session: Session, shoot
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    codes = shown_codes(held, 2)
    shoot(held.page, "phone-codes")
    texts = codes.evaluate_all("all => all.map(one => one.dataset.text)")
    tag = texts[0].split("/")[4]
    assert texts[0].startswith(f"{held.net.url}/relay#OUTREACH1/{tag}/1/{len(texts)}/")
    assert [seen_by_a_camera(code) for code in codes.all()] == texts
    desk = open_page("/relay", as_user=walk.leader, size="desk")
    desk.fill("#parts", "\n".join(reversed(texts)))
    desk.get_by_role("button", name="Nhận báo cáo").click()
    expect(desk.locator(".notice.good")).to_contain_text("2 báo cáo")
    assert len(stored(session)) == 2


def test_a_leaders_camera_opens_each_code_and_the_tabs_come_together(
    phone, site, open_page, make: Make, session: Session, shoot
) -> None:
    walk = today_walk(make, 5)
    held = phone(walk)
    codes = shown_codes(held, 4)
    links = [text.replace(held.net.url, site.url) for text in map(seen_by_a_camera, codes.all())]
    assert len(links) > 2
    leader = open_page("/sign-in")
    first = scanned(leader, links[0])  # not signed in yet: the code is kept all the same
    expect(first).to_have_url(re.compile(r"/sign-in\?next=%?2?F?/?relay$"))
    cookie = session_cookie(site, make, walk.leader)
    leader.context.add_cookies([{"name": "outreach", "value": cookie, "url": site.url}])
    second = scanned(leader, links[-1])
    told, field = second.locator("[data-relay]"), second.locator("#parts")
    expect(told).to_contain_text(f"Đã đọc 2 trong {len(links)} mã. Còn thiếu mã số 2")
    expect(field).to_have_value("")
    shoot(second, "relay-some")
    for link in links[1:-1]:
        scanned(leader, link)
    expect(told).to_contain_text(f"Đã đọc đủ {len(links)} trong {len(links)} mã")
    assert field.input_value().splitlines() == [one.split("#")[1] for one in links]
    assert second.url == f"{site.url}/relay"
    shoot(second, "relay-all")
    assert [*wrong_with(second), *small(second)] == []
    second.evaluate("document.documentElement.style.fontSize = '225%'")  # twice as large
    assert second.evaluate(WIDE) <= 1
    told.get_by_role("button", name="Nhận báo cáo").tap()
    expect(second.locator(".notice.good")).to_contain_text("Đã lưu 4 báo cáo")
    expect(second.locator("#parts")).to_have_value("")
    assert second.evaluate("Object.keys(localStorage).filter(one => one.includes('relay'))") == []
    expect(leader.context.pages[-1].locator("[data-relay] *")).to_have_count(0)
    assert {one.volunteer_id for one in stored(session)} == {walk.volunteer.id}
    assert len(stored(session)) == 4


def test_codes_scanned_without_a_signal_are_kept_for_later(phone, site, make: Make, shoot) -> None:
    walk = today_walk(make, 1)
    held = phone(walk)  # a leader who walks too: the worker is there
    page = held.ready()
    sign_in(held.context, site, make, held.net, walk.leader)
    held.context.set_offline(True)
    page.goto("/relay#OUTREACH1/AAAAAA/1/2/one")
    told = page.locator("[data-relay]")
    expect(told).to_contain_text("Còn thiếu mã số 2")
    scanned(page, "/relay#OUTREACH1/AAAAAA/2/2/two")
    expect(told).to_contain_text("giữ trên máy này")
    shoot(page, "relay-offline")
    held.context.set_offline(False)
    told.get_by_role("link", name="Nhận báo cáo").tap()
    expect(page.locator("#parts")).to_have_value(
        "OUTREACH1/AAAAAA/1/2/one\nOUTREACH1/AAAAAA/2/2/two"
    )


def test_codes_of_two_phones_stay_apart_and_are_forgotten_after_a_day(
    open_page, make: Make
) -> None:
    leader = open_page("/relay", as_user=make.walk().leader)
    leader.locator("#parts").fill("viết tay")
    for part in ("AAAAAA/1/2/one", "BBBBBB/2/2/two"):
        scanned(leader, f"/relay#OUTREACH1/{part}")
    told = leader.locator("[data-relay] > *")
    expect(told).to_have_count(2)
    expect(told.first).to_contain_text("Còn thiếu mã số 1")  # the last one read comes first
    told.first.get_by_role("button", name="Bỏ các mã này").tap()
    expect(told).to_have_count(1)
    scanned(leader, "/relay#OUTREACH1/AAAAAA/2/2/end")
    expect(told).to_contain_text("Đã đọc đủ 2 trong 2 mã")
    expect(leader.locator("#parts")).to_have_value("viết tay")  # nobody's hand is overruled
    scanned(leader, "/relay#OUTREACH1/CCCCCC/1/1/all")
    expect(told).to_have_count(2)
    expect(told.first).to_contain_text("Đã đọc đủ 1 trong 1 mã")
    expect(told.last).to_contain_text("Một lần giao khác cũng đã đọc đủ mã")
    leader.clock.install(time=clock.now() + timedelta(hours=25))
    leader.goto("/relay")
    expect(told).to_have_count(0)
    expect(leader.locator("#parts")).to_have_value("")


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
