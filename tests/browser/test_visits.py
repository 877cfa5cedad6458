"""The volunteer's phone in Chromium at 360 px: taps are counted as a thumb would make them."""

from __future__ import annotations

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from outreach.assistance.models import Case, Step
from outreach.core import clock
from outreach.core.db import Session
from outreach.visits.models import Outcome, Report
from tests.browser.phone import Thumb, arrived
from tests.factories import Make
from tests.factories.visits import Walk


def today_walk(make: Make, homes: int = 3, **given) -> Walk:
    """A route for the day that the running server calls today."""
    from zoneinfo import ZoneInfo

    return make.walk(homes, day=clock.today(ZoneInfo("Asia/Ho_Chi_Minh")), **given)


def open_first(open_page, walk: Walk, **given) -> Page:
    page: Page = open_page(f"/stops/{walk.stops[0].id}", as_user=walk.volunteer, **given)
    return page


def test_nobody_home_is_one_tap_and_can_be_undone(open_page, make: Make, session: Session) -> None:
    walk = today_walk(make)
    page, thumb = open_first(open_page, walk), Thumb()
    thumb.tap(page.get_by_role("button", name="Vắng"))
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    assert thumb.taps == 1
    page.get_by_role("button", name="Hoàn tác").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[0].head_name)
    (report,) = arrived(page, session, lambda found: len(found) == 1 and found[0].undone_at)
    assert report.outcome is Outcome.NOBODY_HOME


def test_one_service_for_one_person_takes_at_most_four_taps(
    open_page, make: Make, session: Session
) -> None:
    walk = today_walk(make)
    page, thumb = open_first(open_page, walk), Thumb()
    thumb.tap(page.get_by_role("link", name="Gặp"))
    thumb.tap(page.locator("#met").get_by_text(walk.homes[0].residents[1].name))
    thumb.tap(page.locator("label").filter(has_text="Công an đã thu nhận").locator("visible=true"))
    thumb.tap(page.get_by_role("button", name="Lưu").locator("visible=true"))
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    assert thumb.taps <= 4
    arrived(page, session)
    case = session.scalars(sa.select(Case)).one()
    assert (case.state, case.resident_id) == ("captured", walk.homes[0].residents[1].id)


def test_three_services_for_two_people_take_at_most_eight_taps(
    open_page, make: Make, session: Session
) -> None:
    walk = today_walk(make)
    page, thumb = open_first(open_page, walk), Thumb()
    one, two = walk.homes[0].residents
    met = page.locator("#met")
    thumb.tap(page.get_by_role("link", name="Gặp"))
    thumb.tap(met.get_by_text(one.name))
    for chip in ("Đã kích hoạt trên máy", "Chưa có, muốn mở"):
        thumb.tap(met.locator("label").filter(has_text=chip).locator("visible=true"))
    thumb.tap(met.get_by_text(two.name))
    chips = met.locator("label").filter(has_text="Tự dùng được VNeID").locator("visible=true")
    thumb.tap(chips.nth(1))
    thumb.tap(page.get_by_role("button", name="Lưu").locator("visible=true"))
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    assert thumb.taps <= 8
    assert len(arrived(page, session)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 3


def test_everything_works_without_javascript(open_page, make: Make, session: Session) -> None:
    walk = today_walk(make, 2)
    page = open_first(open_page, walk, javascript=False)
    page.get_by_role("link", name="Gặp").tap()
    page.locator("#met summary").filter(has_text=walk.homes[0].residents[0].name).tap()
    page.locator("#met label").filter(has_text="Công an đã thu nhận").first.tap()
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    page.get_by_role("button", name="Vắng").tap()
    expect(page.get_by_text("Đã ghi xong tất cả")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 2


def test_the_place_is_told_at_the_tap_when_the_phone_knows_it(
    open_page, make: Make, session: Session
) -> None:
    walk = today_walk(make)
    page = open_first(open_page, walk)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 10.9, "longitude": 106.7, "accuracy": 20})
    page.reload()
    given = page.locator("form.answers input[name=report_id]").input_value()
    page.get_by_role("button", name="Vắng").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    (report,) = arrived(page, session)
    assert (report.latitude, report.longitude, report.accuracy_m) == (10.9, 106.7, 20)
    assert str(report.id) != given  # the phone made its own
    assert abs((report.made_at - report.received_at).total_seconds()) < 60


def test_a_double_tap_is_one_report(open_page, make: Make, session: Session) -> None:
    walk = today_walk(make)
    page = open_first(open_page, walk)
    page.get_by_role("button", name="Vắng").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(walk.homes[1].head_name)
    assert len(arrived(page, session)) == 1


def test_the_phones_pages_fit_at_360_px_in_both_lights(
    open_page, make: Make, shoot, session: Session
) -> None:
    walk = today_walk(make, 8, announced=True, phones=True, born=(1950, 1984, 2019))
    make.report(walk.homes[2], walk.volunteer, clock.now(), stop=walk.stops[2])
    report = make.report(walk.homes[0], walk.volunteer, clock.now())
    step = make.step(walk.homes[0].residents[0], clock.now(), state="captured")
    step.report_id = report.id
    session.commit()
    for dark in (False, True):
        for size in ("phone", "desk"):
            light = f"{size}-{'dark' if dark else 'light'}"
            page = open_page("/today", as_user=walk.volunteer, dark=dark, size=size)
            shoot(page, f"visits-today-{light}")
            assert_fits(page)
            page.goto(f"/stops/{walk.stops[0].id}")
            shoot(page, f"visits-stop-{light}")
            assert_fits(page)
            page.get_by_role("link", name="Gặp").click()
            page.locator("#met summary").first.click()
            shoot(page, f"visits-met-{light}")
            assert_fits(page)


def assert_fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def test_the_desks_pages_of_help_and_reports_fit_in_both_lights(
    open_page, make: Make, shoot, session: Session
) -> None:
    walk = today_walk(make, 6, born=(1950, 1984))
    for home, stop in zip(walk.homes, walk.stops, strict=True):
        report = make.report(home, walk.volunteer, clock.now(), stop=stop)
        step = make.step(home.residents[0], clock.now(), state="captured")
        step.report_id, step.actor_id = report.id, walk.volunteer.id
        make.step(home.residents[1], clock.now(), programme="bank_account", state="opened")
    session.commit()
    case = session.scalars(sa.select(Case).where(Case.programme == "vneid_l2")).first()
    assert case
    pages = {
        "index": "/help?programme=vneid_l2",
        "case": f"/help/cases/{case.id}",
        "home": f"/help/homes/{walk.homes[0].id}",
        "reports": "/visits",
    }
    session.commit()
    for dark, size in ((False, "phone"), (True, "phone"), (False, "desk"), (True, "desk")):
        page = open_page("/today", as_user=walk.leader, dark=dark, size=size)
        for name, path in pages.items():
            page.goto(path)
            shoot(page, f"help-{name}-{size}-{'dark' if dark else 'light'}")
            assert_fits(page)
