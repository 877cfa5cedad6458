"""Pages about texts, answers, calls and badges, as they are seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from outreach.accounts.models import Role
from outreach.core import clock
from outreach.households.models import PhoneKind
from outreach.notifications import jobs
from outreach.notifications.services import badges

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

LOOKS = [
    ("phone", False, "vi"),
    ("phone", True, "en"),
    ("desk", False, "vi"),
    ("desk", True, "en"),
]


@pytest.fixture
def ward(make, site):
    """A ward in which something of everything waits."""
    ward = make.area(name="Dĩ An", kind="Phường")
    ward.hotline = "+842743800123"
    make.manner(ward)
    area = make.neighbourhood(ward, name="Đông Tác")
    starts = clock.now() + timedelta(days=2)
    homes = [make.home(area, address=f"12/{n} hẻm 45 Nguyễn Trãi") for n in range(4)]
    for n, home in enumerate(homes):
        landline = n == 3
        phone = make.contact_point(
            "+842743822922" if landline else "",
            kind=PhoneKind.LANDLINE if landline else PhoneKind.MOBILE,
        )
        make.reachable(home, phone)
        if n < 2:
            make.consent(phone)
    ward.visits = [
        make.announced(home=home, starts_at=starts, code=f"48{n}1") for n, home in enumerate(homes)
    ]
    told = make.told_visit(make.contact_point("+84912555777"), area=area, code="7788")
    ward.told = told
    ward.replies = [
        make.reply("+84912555777", "Sáng mai tôi bận, chiều được không em?", site.app.settings),
        make.reply("+84987000111", "Ai vậy, nhà số mấy?", site.app.settings),
    ]
    jobs.plan_reminders(site.app.db, site.app.settings)
    jobs.list_calls(site.app.db, site.app.settings)
    ward.officer = make.user(Role.OFFICER, area=ward, name="Trần Thị Hoa")
    ward.admin = make.user(Role.ADMINISTRATOR)
    make.habits(ward, sender="UBND DI AN", monthly_budget=2_000_000)
    make.live_area(budget=5_000_000)
    member = make.member(make.team(area, name="Tổ Đông Tác"), make.user(area=area, name="Phạm Đào"))
    badge = badges.issue(make.session, member.user, actor=ward.officer, now=clock.now())
    make.session.commit()
    ward.badge, ward.member = badge.id, member.user
    return ward


@pytest.mark.once
@pytest.mark.parametrize(("size", "dark", "language"), LOOKS)
def test_pages_about_texts_fit_the_screen(
    ward, open_page, shoot, size: str, dark: bool, language: str
) -> None:
    officer, walker = ward.officer, ward.visits[0].visitor
    call = "/calls"
    pages = {
        "tonight": ("/texts/tonight", officer),
        "missed": ("/texts/tonight?tab=missed", officer),
        "home": (f"/texts/homes/{ward.visits[0].household_id}", officer),
        "wordings": ("/texts", officer),
        "wording": ("/texts/visit_reminder/vi", officer),
        "manner": (f"/texts/communes/{ward.id}", officer),
        "communes": ("/texts/communes", ward.admin),
        "commune": (f"/messages/communes/{ward.id}", ward.admin),
        "history": ("/messages", officer),
        "costs": ("/messages/costs", officer),
        "ways": ("/messages/channels", officer),
        "days": ("/texts/days", officer),
        "opt-outs": ("/texts/opt-outs", officer),
        "replies": ("/replies", officer),
        "reply": (f"/replies/{ward.replies[0].id}", officer),
        "typed": ("/replies/new", officer),
        "calls": (call, officer),
        "check": ("/check", None),
        "badge": (f"/badge/{ward.badge}", None),
        "badge-print": (f"/badges/{ward.member.id}", ward.member),
        "stop": (f"/stops/{ward.visits[0].stop_id}", walker),
    }
    for name, (path, user) in pages.items():
        page = open_page(path, as_user=user, size=size, dark=dark, language=language)
        expect(page.locator("h1")).to_be_attached()
        if name == "calls":
            with page.expect_navigation():
                page.click(".stop a.whole")
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        shoot(page, f"texts-{name}-{size}-{'dark' if dark else 'light'}-{language}")
        assert wide <= 0, f"{name} is {wide} px wider than the screen"
        page.context.close()


def test_a_resident_without_scripts_checks_and_moves_a_visit(ward, open_page, shoot) -> None:
    page = open_page("/check", javascript=False)
    page.fill("[name=code]", "7788")
    page.fill("[name=digits]", "777")
    page.click("button[type=submit]")
    expect(page.locator(".plate")).to_have_text("7788")
    shoot(page, "texts-visit-phone-light-vi")
    page.click("form[action='/check/move'] button")
    shoot(page, "texts-move-phone-light-vi")
    page.locator("form[action='/check/choose'] button").first.click()
    expect(page.locator(".notice.good")).to_be_visible()


def test_the_price_follows_what_is_typed_as_the_server_counts_it(ward, open_page) -> None:
    page = open_page("/texts/stopped/vi", as_user=ward.officer, size="desk")
    out = page.locator("[data-segments-out]")
    expect(out).to_contain_text("1 (850 ₫)")
    page.fill("[name=text]", "{sender}: " + "Ủy ban nhân dân phường. " * 8 + "{hotline}")
    expect(out).to_contain_text("2 (1.700 ₫)")
    page.click("button[value=look]")
    expect(page.locator(".facts").first).to_contain_text("2 tin")
