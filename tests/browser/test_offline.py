"""A volunteer's morning without signal: nothing is lost, doubled or silently changed."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from outreach.core import clock
from outreach.core.db import Session
from outreach.visits.models import Outcome
from tests.browser.phone import stored
from tests.browser.test_visits import today_walk
from tests.factories import Make


def test_a_whole_day_in_airplane_mode_loses_nothing(phone, make: Make, session: Session) -> None:
    walk = today_walk(make, 6, announced=True, phones=True)
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.reopen("/")  # a cold start without signal: the next home, no tap
    expect(held.heading()).to_have_text(walk.homes[0].head_name)
    assert page.evaluate("performance.getEntriesByType('navigation')[0].duration") < 2000
    for at in range(6):
        expect(held.heading()).to_have_text(walk.homes[at].head_name)
        held.met() if at % 2 else held.absent()
        if at == 2:  # the phone runs out of battery
            page = held.reopen("/")
    expect(page.get_by_text("Đã ghi xong tất cả")).to_be_visible()
    expect(page.locator(".strip")).to_contain_text("6 báo cáo đang giữ trên máy")
    assert held.states() == ["waiting"] * 6
    assert stored(session) == []
    held.context.set_offline(False)  # it sends by itself
    held.all_stored(6)
    found = stored(session)
    assert [one.stop_id for one in found] == [stop.id for stop in walk.stops]
    assert {one.outcome for one in found} == {Outcome.MET, Outcome.NOBODY_HOME}
    assert {str(one.id) for one in found} == {one["id"] for one in held.kept()}
    page.goto("/today/end")
    expect(page.locator("[data-sum]")).to_contain_text("6/6")


def test_what_waits_is_said_in_words_on_every_line(phone, make: Make, session: Session) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.open("/")
    held.absent()
    page.goto("/today")
    first = page.locator("li.stop").first
    expect(first).to_contain_text("Trên máy này")
    expect(page.locator("li.stop.next")).to_contain_text(walk.homes[1].head_name)
    expect(page.locator("[data-progress] b").first).to_have_text("1/3")
    held.context.set_offline(False)
    expect(first).to_contain_text("Máy chủ đã lưu")
    assert len(stored(session)) == 1


def test_a_report_can_be_undone_before_and_after_it_left(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.open("/")
    held.absent()
    page.get_by_role("button", name="Hoàn tác").tap()  # it never left
    expect(held.heading()).to_have_text(walk.homes[0].head_name)
    expect(page.locator("[data-local]")).to_contain_text("Đã hoàn tác")
    held.context.set_offline(False)
    held.absent()
    held.until(lambda: "stored" in held.states(), "not stored")
    page.get_by_role("button", name="Hoàn tác").tap()  # the server has it already
    expect(held.heading()).to_have_text(walk.homes[0].head_name)
    held.until(lambda: any(one.undone_at for one in stored(session)), "not taken back")
    assert len(stored(session)) == 1


def test_the_offer_to_undo_goes_by_itself(phone, make: Make) -> None:
    held = phone(today_walk(make, 3))
    page = held.ready()
    page.clock.install()
    page.goto("/")
    held.absent()
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_visible()
    page.clock.run_for(5_500)
    expect(page.get_by_role("button", name="Hoàn tác")).to_have_count(0)


def test_a_draft_survives_a_killed_tab(phone, make: Make) -> None:
    walk = today_walk(make, 2)
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.open("/")
    page.get_by_role("link", name="Gặp").tap()
    page.locator("#met details summary").first.tap()
    page.locator("#met label").filter(has_text="Công an đã thu nhận").first.tap()
    page.locator("#met-note").fill("Cần quay lại")
    page = held.reopen("/")
    expect(page.locator("#met-note")).to_be_visible()
    expect(page.locator("#met-note")).to_have_value("Cần quay lại")
    expect(page.locator("#met [type=radio][value=captured]:checked")).to_have_count(1)
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    expect(held.heading()).to_have_text(walk.homes[1].head_name)
    page.goto(f"/stops/{walk.stops[0].id}")
    expect(page.locator("#met-note")).to_be_hidden()


def test_the_pack_is_small_its_own_and_gone_at_night(phone, make: Make, session: Session) -> None:
    walk = today_walk(make, 35, announced=True, phones=True, born=(1950, 1971, 1984, 2019))
    other = today_walk(make, 2)
    held = phone(walk)
    page = held.ready()
    answer = held.context.request.get("/today/pack", headers={"Accept": "application/json"})
    packed = int(answer.headers["content-length"])
    assert answer.headers["content-encoding"] == "gzip"
    assert packed <= 60_000
    assert other.homes[0].head_name not in answer.text()
    pages = page.evaluate(
        "caches.keys().then(all => caches.open(all.find(n => n.startsWith('outreach-pack'))))"
        ".then(one => one.keys()).then(all => all.length)"
    )
    assert pages == 35 + 3
    page.clock.install(time=clock.now() + timedelta(hours=30))  # the next day, no signal
    held.context.set_offline(True)
    page.goto("/today/end")
    page.wait_for_timeout(300)
    assert held.meta("pack") is None
    assert page.evaluate("caches.keys()") == [
        one for one in page.evaluate("caches.keys()") if one.startswith("outreach-code")
    ]


def test_a_pack_dies_when_the_leader_revokes_the_phone(phone, make: Make, session: Session) -> None:
    from outreach.accounts import services as accounts

    walk = today_walk(make, 3)
    held = phone(walk)
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    accounts.revoke_all(
        session, walk.volunteer, actor=walk.leader, now=clock.now(), in_own_team=True
    )
    session.commit()
    held.context.set_offline(False)
    held.until(lambda: held.meta("pack") is None, "the pack is still there")
    assert held.states() == ["waiting"]  # nothing of what was reported is lost with it
    expect(page.locator(".strip")).to_contain_text("Đăng nhập lại")


def test_no_page_of_the_last_person_stays_for_the_next(phone, make: Make) -> None:
    walk, other = today_walk(make, 2), today_walk(make, 2)
    held = phone(walk)
    page = held.ready()
    page.get_by_role("button", name="Danh mục").tap()
    page.get_by_role("button", name="Đăng xuất").tap()
    expect(page).to_have_url(re.compile("/sign-in"))
    held.until(lambda: held.meta("pack") is None, "the pack is still there")
    held.context.set_offline(True)
    page.goto("/today")
    expect(page.locator("body")).not_to_contain_text(walk.homes[0].head_name)
    assert other.homes
