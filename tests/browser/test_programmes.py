"""Programmes changed at a desk in the browser, and used on a phone the same minute."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from outreach.accounts.models import Role
from outreach.assistance.models import Case, Definition, Step
from outreach.core.db import Session
from tests.browser.phone import arrived
from tests.browser.test_visits import assert_fits, today_walk
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


def test_a_definition_is_extended_in_the_browser_and_used_the_same_minute_on_a_phone(
    open_page, phone, make: Make, session: Session
) -> None:
    walk = today_walk(make)
    held = phone(walk)
    held.ready()
    before = held.meta("pack")
    assert before  # the morning's pack is on the phone, whose page stays open
    began = time.monotonic()
    desk = open_page(
        "/help/programmes/vneid_l2", as_user=make.user(Role.ADMINISTRATOR), size="desk"
    )
    desk.get_by_text("Thêm trạng thái", exact=True).click()
    form = desk.locator("form[action$='/change/state']")
    form.get_by_label("Tiếng Việt").fill("Đã gặp công an lưu động")
    form.get_by_label("Mã", exact=False).first.fill("met_mobile_police")
    form.locator("[name=state-leads_to][value=captured]").check()
    form.locator("[name=state-opens]").check()
    form.get_by_role("button", name="Lưu").click()
    expect(desk.get_by_text("Từ giờ dùng phiên bản")).to_be_visible()
    desk.get_by_text("Thêm dòng vào danh sách kiểm tra", exact=True).click()
    form = desk.locator("form[action$='/change/line']")
    form.get_by_label("Tiếng Việt").fill("Đã xem giấy hẹn")
    form.locator("select").select_option("met_mobile_police")
    form.get_by_role("button", name="Lưu").click()
    expect(desk.get_by_text("Từ giờ dùng phiên bản")).to_be_visible()

    held.until(lambda: (held.meta("pack") or before)["version"] != before["version"], "no news", 45)
    page = held.open(f"/stops/{walk.stops[0].id}")
    person = walk.homes[0].residents[0]
    page.get_by_role("link", name="Gặp").tap()
    page.locator("#met summary").filter(has_text=person.name).tap()
    chip = page.locator("#met label").filter(has_text="Đã gặp công an lưu động")
    expect(chip.locator("visible=true").first).to_be_visible()
    expect(page.get_by_text("Đã xem giấy hẹn").locator("visible=true")).to_have_count(0)
    chip.locator("visible=true").first.tap()
    page.get_by_text("Đã xem giấy hẹn").locator("visible=true").first.tap()
    held.context.set_offline(True)
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    held.context.set_offline(False)
    assert time.monotonic() - began < 60
    arrived(page, session)
    case = session.scalars(sa.select(Case)).one()
    step = session.scalars(sa.select(Step)).one()
    assert (case.state, step.ticked) == ("met_mobile_police", [0])
    assert session.scalar(sa.select(sa.func.count()).select_from(Definition)) == 2


def test_the_pages_of_programmes_fit_in_both_lights(
    open_page, make: Make, shoot, session: Session
) -> None:
    admin = make.user(Role.ADMINISTRATOR)
    pages = {
        "index": "/help/programmes",
        "new": "/help/programmes/new",
        "show": "/help/programmes/tthc_assist",
        "text": "/help/programmes/vneid_l2/text",
        "history": "/help/programmes/vneid_l2/history",
    }
    for dark, size, language in (
        (False, "phone", "vi"),
        (True, "phone", "en"),
        (False, "desk", "vi"),
        (True, "desk", "en"),
    ):
        page = open_page("/help", as_user=admin, dark=dark, size=size, language=language)
        for name, path in pages.items():
            page.goto(path)
            if name == "show":
                for summary in page.locator("main summary").all():
                    summary.click()
            shoot(page, f"programmes-{name}-{size}-{'dark' if dark else 'light'}")
            assert_fits(page)


def test_a_programme_is_changed_without_javascript(open_page, make: Make, session: Session) -> None:
    admin = make.user(Role.ADMINISTRATOR)
    desk = open_page(
        "/help/programmes/health_book/text", as_user=admin, size="desk", javascript=False
    )
    box = desk.locator("textarea")
    box.fill(box.input_value().replace("Đã giải thích", "Đã hướng dẫn"))
    desk.get_by_role("button", name="Xem sẽ thay đổi gì").click()
    expect(desk.locator(".compared .came")).to_contain_text("Đã hướng dẫn")
    desk.get_by_role("button", name="Lưu thành phiên bản mới").click()
    expect(desk.get_by_role("rowheader", name="Đã hướng dẫn")).to_be_visible()
    desk.locator("summary", has_text="Sửa tên gọi").click()
    desk.locator("[name='vi.label']").fill("Sổ khám")
    desk.locator("form[action$='/labels']").get_by_role("button", name="Lưu").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Sổ khám")
