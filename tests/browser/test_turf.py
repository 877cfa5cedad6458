"""Turf in a real browser: cut, looked at, accepted, taken; every page fits its screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from outreach.core.db import Session
from outreach.nights import services as nights
from outreach.turf import jobs, services
from outreach.turf.models import Kind
from outreach.turf.services import proposing
from outreach.web import Outreach
from tests.browser.conftest import SIZES, Open
from tests.factories import Make
from tests.rounds.worlds import ZONE
from tests.turf.grounds import Ground

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


@pytest.fixture
def ground(make: Make, session: Session, app: Outreach) -> Ground:
    ground = Ground(make, session, app.db, people=4)
    for name, member in zip(
        ("Nguyễn Thị Hồng Nhung", "Trần Quốc Bảo", "Lê Văn Út", "Phạm Ngọc Ánh"),
        ground.members,
        strict=True,
    ):
        member.user.name = name
    for area, count in ((0, 70), (1, 50)):
        for n in range(count):
            make.home(
                ground.areas[area], address=f"{n + 1}/3 hẻm 45 Nguyễn Trãi",
                east=area * 520 + (n % 10) * 45, north=(n // 10) * 70,
            )  # fmt: skip
    session.commit()
    return ground


def test_a_leader_cuts_turf_and_a_volunteer_takes_homes(ground: Ground, open_page: Open) -> None:
    page = open_page("/turf", as_user=ground.leader, size="desk")
    page.get_by_role("link", name="Chia cụm nhà").first.click()
    page.get_by_label("Số cụm").fill("5")
    page.get_by_role("button", name="Xem trước kết quả").click()
    expect(page.locator("path.turf-home")).to_have_count(120)
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    expect(page.locator("path.turf")).to_have_count(5)
    expect(page.get_by_text("Đây là các cụm nhà của tổ từ bây giờ")).to_be_visible()
    phone = open_page("/today", as_user=ground.members[0].user)
    phone.get_by_role("button", name="Nhận thêm hộ").click()
    expect(phone.locator("li.stop")).to_have_count(12)
    phone.get_by_role("button", name="Trả lại hộ còn lại").click()
    expect(phone.get_by_role("button", name="Nhận thêm hộ")).to_be_visible()


def test_a_leader_draws_turf_with_clicks(ground: Ground, open_page: Open) -> None:
    page = open_page(f"/turf/{ground.team.id}/draw", as_user=ground.leader, size="desk")
    expect(page.locator("path.turf-home")).to_have_count(120)
    box = page.locator(".map").bounding_box()
    assert box is not None
    for part, clicks in enumerate([((60, 8), (380, 8), (380, 560), (60, 560))]):
        for x, y in clicks:
            page.mouse.click(box["x"] + x + part, box["y"] + y * box["height"] / 570)
            page.wait_for_timeout(400)  # two quick clicks are a zoom
    corners = page.get_by_label("Các đỉnh")
    assert len(corners.input_value().split("\n")) == 4
    page.get_by_role("button", name="Cụm tiếp theo").click()
    corners.press("Control+End")
    corners.press_sequentially("# Xóm trên\n10.5, 106.70\n10.5, 106.71\n10.6, 106.71")
    expect(page.locator("path.turf")).to_have_count(2)
    page.get_by_role("button", name="Bỏ đỉnh vừa thêm").click()
    assert corners.input_value().endswith("10.5, 106.71")
    corners.press("Control+End")
    corners.press_sequentially("\n10.6, 106.71")
    page.get_by_role("button", name="Xem trước kết quả").click()
    expect(page.get_by_role("button", name="Áp dụng", exact=True)).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_of_turf_fits_its_screen(
    ground: Ground,
    open_page: Open,
    shoot: Callable[[Page, str], None],
    *,
    size: str,
    dark: bool,
) -> None:
    now = datetime.now(UTC)
    ground.give(ground.cut(parts=5)[0], *ground.members[:2])
    ground.make.home(ground.areas[0], east=33)
    proposed = ground.propose(Kind.FRESH, 6, cross=True)
    wish = nights.Wish(plans=True, publishes=False, starts=450, ends=690)
    nights.want(ground.session, ground.team, wish, actor=ground.leader, now=now)
    services.keep_for(ground.session, ground.team, 3, actor=ground.leader, now=now)
    ground.session.commit()
    here = f"/turf/{ground.team.id}"
    desk = {
        "team": here,
        "cut": f"{here}/cut",
        "draw": f"{here}/draw",
        "preview": f"{here}/cuts/{proposed.id}",
        "nights": f"/rounds/nights/{ground.team.id}",
        "rounds": "/rounds",
    }
    for name, path in desk.items():
        look(open_page(path, as_user=ground.leader, size=size, dark=dark), shoot, name, size, dark)
    page = open_page("/today", as_user=ground.members[2].user, size=size, dark=dark)
    page.get_by_role("button", name="Nhận thêm hộ").click()
    expect(page.locator("li.stop")).to_have_count(12)
    look(page, shoot, "taken", size, dark)


def look(page: Page, shoot: Callable[[Page, str], None], name: str, size: str, dark: bool) -> None:
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth") - SIZES[size]["width"]
    shoot(page, f"turf-{name}-{size}-{'dark' if dark else 'light'}")
    assert wide <= 0, f"{name} is {wide} px too wide at {size}"
    page.context.close()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_cut_of_many_homes_is_followed_until_it_is_there(
    ground: Ground, open_page: Open, monkeypatch: pytest.MonkeyPatch, shoot, size: str
) -> None:
    monkeypatch.setattr(proposing, "AT_ONCE", 100)
    page = open_page(f"/turf/{ground.team.id}/cut", as_user=ground.leader, size=size)
    page.get_by_role("button", name="Xem trước kết quả").click()
    expect(page.get_by_role("button", name="Dừng chia")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    shoot(page, f"turf-asked-{size}")
    assert jobs.cut_due(ground.db, ZONE) == 1
    expect(page.get_by_role("button", name="Áp dụng", exact=True)).to_be_visible(timeout=15_000)
    shoot(page, f"turf-proposed-{size}")
