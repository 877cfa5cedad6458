"""The outbox against networks, servers and people that misbehave: kept until there is a receipt."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Route, expect

from outreach.core.db import Session
from outreach.visits.models import Outcome
from tests.browser.network import Weather
from tests.browser.phone import QUEUE, stored
from tests.browser.test_visits import today_walk
from tests.factories import Make


def test_an_answer_lost_after_the_commit_doubles_nothing(
    phone, make: Make, session: Session
) -> None:
    held = phone(today_walk(make, 4))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.ANSWER_LOST
    for _ in range(3):
        held.absent()
    held.until(lambda: len(stored(session)) == 3, "the server did not get them")
    assert "stored" not in held.states()  # nobody has told the phone
    held.net.weather = Weather.CLEAR
    held.page.goto("/today/end")
    page.get_by_role("button", name="Gửi ngay").tap()
    held.all_stored(3)
    assert len(stored(session)) == 3
    assert any(one["again"] for one in held.kept())


def test_a_broken_server_is_asked_again_and_never_loses_a_report(
    phone, make: Make, session: Session
) -> None:
    held = phone(today_walk(make, 4))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    for _ in range(3):
        held.absent()
    held.until(lambda: held.meta("pause") is not None, "no pause")
    page.wait_for_timeout(1500)
    assert held.states() == ["waiting"] * 3
    sent = sum(n for what, n in held.net.asked.items() if what.startswith("POST"))
    assert sent <= 4, "a server that is down is hammered"
    held.net.weather = Weather.CLEAR
    held.reopen("/")  # opening the site is reason enough to try at once
    held.all_stored(3)
    assert len(stored(session)) == 3


def test_a_captive_portal_never_turns_a_report_green(phone, make: Make, session: Session) -> None:
    held = phone(today_walk(make, 3))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.PORTAL
    held.absent()
    held.until(lambda: held.meta("pause") is not None, "the portal was believed")
    held.absent()
    page.goto("/today")  # the pack's page, not the portal's
    expect(page.locator("li.stop").first).to_contain_text("Trên máy này")
    assert held.states() == ["waiting"] * 2
    assert stored(session) == []
    held.net.weather = Weather.CLEAR
    page.goto("/today/end")
    page.get_by_role("button", name="Gửi ngay").tap()
    held.all_stored(2)


def test_a_refusal_is_kept_shown_corrected_and_sent_again(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 2)
    held = phone(walk)
    page = held.ready()
    page.goto("/")
    page.get_by_role("link", name="Gặp").tap()
    page.locator("#met-note").fill("Mã OTP là 123456")  # the server takes no secrets
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    expect(page.locator(".strip")).to_contain_text("1 báo cáo bị máy chủ từ chối")
    assert stored(session) == []
    page.locator(".strip a").tap()
    expect(page.locator("[data-sum]")).to_contain_text("0/1")
    expect(page.locator("[data-list]")).to_contain_text("OTP")  # why
    page.get_by_role("link", name="Sửa lại").tap()
    expect(page.get_by_text("Máy chủ từ chối báo cáo này")).to_be_visible()
    expect(page.locator("#met-note")).to_have_value("Mã OTP là 123456")
    page.locator("#met-note").fill("Cần quay lại")
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    held.all_stored(1)
    (report,) = stored(session)
    assert (report.outcome, report.note) == (Outcome.MET, "Cần quay lại")
    page.goto("/today/end")
    expect(page.locator("[data-sum]")).to_contain_text("1/1")


def test_two_tabs_send_each_report_once(phone, make: Make, session: Session) -> None:
    held = phone(today_walk(make, 6))
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    for _ in range(5):
        held.absent()
    second = held.context.new_page()
    second.goto("/today/end")
    held.net.carried.clear()
    held.context.set_offline(False)
    held.all_stored(5)
    assert sorted(held.net.carried.values()) == [1] * 5
    assert len(stored(session)) == 5


def test_a_list_asked_for_before_a_report_went_up_does_not_send_it_again(phone, make: Make) -> None:
    held = phone(today_walk(make, 3))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    held.absent()
    listed: list[Route] = []

    def hold(route: Route) -> None:
        listed.append(route)

    page.route("**/today/receipts*", hold)
    page.goto("/today/end")
    held.until(lambda: bool(listed), "the server's list is not asked for")
    held.net.weather = Weather.CLEAR
    held.all_stored(1)
    held.net.carried.clear()
    listed.pop().fulfill(json={"receipts": []})
    page.wait_for_timeout(300)
    assert held.states() == ["stored"]
    assert not held.net.carried
    page.reload()  # the list that is asked for now should have it
    held.until(lambda: bool(listed), "the list is not asked for again")
    listed[0].fulfill(json={"receipts": []})
    again = lambda: held.states() == ["waiting"] or held.net.carried  # noqa: E731
    held.until(again, "it does not wait again")


def test_the_leader_hears_how_many_reports_a_phone_holds(
    phone, make: Make, session: Session
) -> None:
    from outreach.accounts.models import Device

    walk = today_walk(make, 3)
    held = phone(walk)
    page = held.ready()
    page.goto("/")
    page.get_by_role("link", name="Gặp").tap()
    page.locator("#met-note").fill("Mã OTP là 123456")
    page.get_by_role("button", name="Lưu").locator("visible=true").tap()
    held.until(lambda: "refused" in held.states(), f"not refused: {held.states()}")
    held.absent()
    held.all_stored(1)

    def told() -> set[int | None]:
        session.rollback()
        found = {one.held for one in session.query(Device).filter_by(user_id=walk.volunteer.id)}
        session.rollback()
        return found

    held.until(lambda: bool(told() & {1, 2}), f"the server was not told: {told()}")


def test_an_hour_of_errors_costs_few_tries_and_no_report(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk, service_workers="block")  # so that the page's clock is the outbox's clock
    held.page.clock.install()
    page = held.open("/today")
    page.wait_for_load_state("networkidle")
    held.net.weather = Weather.BROKEN
    page.evaluate(QUEUE, [[str(walk.stops[0].id), str(uuid4())]])
    for _ in range(60):
        page.clock.run_for(60_000)
        page.wait_for_timeout(20)  # answers take real time
    tries = sum(n for what, n in held.net.asked.items() if what.startswith("POST"))
    assert 5 <= tries <= 30, f"{tries} tries in an hour"
    packs = held.net.asked["GET /today/pack"]
    assert packs <= 40, f"the pack was asked for {packs} times in an hour"
    assert held.states() == ["waiting"]
    held.net.weather = Weather.CLEAR

    def later() -> bool:
        page.clock.run_for(60_000)
        return bool(held.states() == ["stored"])

    held.until(later, "it was not sent when the server was back")
    assert len(stored(session)) == 1
