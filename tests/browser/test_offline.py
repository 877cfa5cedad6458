"""A volunteer's morning without signal: nothing is lost, doubled or silently changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from outreach.core import clock
from outreach.core.db import Session
from outreach.households.models import Household
from outreach.visits.models import Outcome
from tests.browser.phone import Thumb, stored
from tests.browser.test_visits import today_walk
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

#: A record of `meta` that the phone no longer has.
FORGET = """async (id) => {
  const { remove } = await import(document.querySelector("script[src]").src.replace(/main\\.js$/, "store.js"));
  await remove("meta", id);
}"""  # noqa: E501
#: The pack was looked after long ago.
AGED = """async () => {
  const { edit } = await import(document.querySelector("script[src]").src.replace(/main\\.js$/, "store.js"));
  await edit("meta", "pack", (pack) => ({ ...pack, checked: 0 }));
}"""  # noqa: E501


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
    held.until(lambda: "Cần quay lại" in str(held.kept("drafts")), "no draft is kept")
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
    assert (
        pages == 2 * 35 + 6
    )  # each home with its details; the day, its end, practice and two forms
    page.clock.install(time=clock.now() + timedelta(hours=30))  # the next day, no signal
    held.context.set_offline(True)
    page.goto("/today/end")
    held.until(lambda: held.meta("pack") is None, "the pack outlived its day")
    left = "caches.keys().then(all => all.filter(one => one.startsWith('outreach-pack')).length)"
    held.until(lambda: page.evaluate(left) == 0, "its pages outlived its day")


def test_the_phone_says_once_how_many_homes_it_really_holds(phone, make: Make, shoot) -> None:
    walk = today_walk(make, 32)
    held = phone(walk)
    page = held.ready()
    told = page.locator("[data-homes-here]")
    expect(told).to_contain_text("32/32 nhà đã ở trên máy này")
    shoot(page, "phone-homes-here")
    page.reload()
    expect(page.locator("li.stop.next")).to_be_visible()
    held.until(lambda: held.meta("told") is not None, "nobody noted that it was said")
    page.wait_for_load_state("networkidle")
    expect(told).to_be_empty()
    lose = """async (path) => {
      const name = (await caches.keys()).find((one) => one.startsWith("outreach-pack-"));
      return (await caches.open(name)).delete(path);
    }"""  # the browser threw a page away
    assert page.evaluate(lose, f"/stops/{walk.stops[4].id}")
    page.evaluate(FORGET, "told")
    held.context.set_offline(True)
    page.reload()
    expect(told).to_contain_text("Mới có 31/32 nhà trên máy này")
    page.evaluate(AGED)
    held.context.set_offline(False)
    page.reload()  # and with a signal the page is fetched again
    expect(told).to_contain_text("32/32 nhà đã ở trên máy này")


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


def test_closed_doors_of_a_floor_take_one_tap_and_a_report_each(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 5)
    for home, flat in zip(walk.homes, ("301", "302", "303", "401", "12/3"), strict=True):
        home.address = f"{flat} chung cư Bcons" if flat.isdigit() else f"{flat} Nguyễn Trãi"
    session.commit()
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.open("/")
    held.absent()  # 301 was tried alone
    page.goto("/today/absent")
    thumb = Thumb()
    thumb.tap(page.get_by_role("button", name="tầng 3"))
    expect(page.locator("[data-progress] b").first).to_have_text("3/5")
    expect(page.locator("[data-undo]")).to_contain_text("Đã ghi: 2 hộ")
    assert thumb.taps == 1
    assert held.states() == ["waiting"] * 3
    held.context.set_offline(False)
    held.all_stored(3)
    assert {one.stop_id for one in stored(session)} == {stop.id for stop in walk.stops[:3]}
    assert {one.outcome for one in stored(session)} == {Outcome.NOBODY_HOME}


def test_a_warning_a_wrong_pin_and_a_new_home_take_at_most_four_taps_without_signal(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    for stop in walk.stops:
        stop.household.latitude, stop.household.longitude = 10.9, 106.7
    session.commit()
    held = phone(walk, permissions=["geolocation"])
    held.context.set_geolocation({"latitude": 10.95, "longitude": 106.75, "accuracy": 8})
    held.ready()
    held.context.set_offline(True)
    page, dog = held.open("/"), Thumb()
    dog.tap(page.get_by_role("link", name="Sửa thông tin nhà này"))
    dog.tap(page.locator("label").filter(has_text=re.compile("[Cc]hó")))
    dog.tap(page.get_by_role("button", name="Lưu cảnh báo"))
    expect(held.heading()).to_have_text(walk.homes[0].head_name)
    pin = Thumb()
    pin.tap(page.get_by_role("link", name="Sửa thông tin nhà này"))
    pin.tap(page.get_by_role("button", name="Tôi đang đứng trước nhà"))
    expect(held.heading()).to_have_text(walk.homes[0].head_name)
    new = Thumb()
    new.tap(page.get_by_role("link", name="Gần đây còn thiếu nhà"))
    page.locator("#address").fill("99 Nguyễn Trãi")
    new.tap(page.get_by_role("button", name="Lưu nhà này"))
    page.wait_for_url("**/today")
    assert max(dog.taps, pin.taps, new.taps) <= 4
    assert held.states() == ["waiting"] * 3
    held.context.set_offline(False)
    held.all_stored(3)
    session.rollback()
    home = session.get_one(Household, walk.homes[0].id, populate_existing=True)
    assert (home.latitude, [str(one) for one in home.hazards]) == (10.95, ["dog"])
    session.rollback()
