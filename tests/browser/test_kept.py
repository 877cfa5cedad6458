"""What the phone keeps outlives updates, full disks, evictions, sign-ins and other people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from outreach.accounts import services as accounts
from outreach.core import clock
from outreach.core.db import Session
from outreach.visits.models import Outcome
from outreach.visits.rules import FORM_VERSION
from tests.browser.network import Weather
from tests.browser.phone import arrived, sign_in, stored
from tests.browser.test_visits import today_walk
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


def test_nobody_signs_out_while_reports_wait_and_an_expired_sign_in_loses_none(
    phone, site, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    held.absent()
    page.get_by_role("button", name="Danh mục").tap()
    page.get_by_role("button", name="Đăng xuất").tap()
    expect(page.get_by_text("Bạn vẫn đang đăng nhập")).to_be_visible()
    held.context.clear_cookies(name="outreach")  # the sign-in has expired
    held.net.weather = Weather.CLEAR
    page.get_by_role("button", name="Gửi ngay").tap()
    expect(page.locator(".strip")).to_contain_text("Đăng nhập lại")
    page.goto("/")
    held.absent()  # work goes on meanwhile
    assert held.states() == ["waiting"] * 2
    sign_in(held.context, site, make, held.net, walk.volunteer)
    held.reopen("/")
    held.all_stored(2)
    assert len(stored(session)) == 2


def test_reports_of_one_person_are_never_sent_as_anothers(
    phone, site, make: Make, session: Session
) -> None:
    walk, other = today_walk(make, 2), today_walk(make, 2)
    held = phone(walk)
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    held.absent()
    held.net.weather = Weather.CLEAR
    sign_in(held.context, site, make, held.net, other.volunteer)
    page = held.reopen("/today?day=2026-01-01")  # a page the server makes for the other
    page.goto("/today/end")
    held.until(lambda: (held.meta("pack") or {}).get("user") == str(other.volunteer.id), "no pack")
    expect(page.locator(".strip")).to_contain_text("1 báo cáo của người khác")
    expect(page.locator("body")).not_to_contain_text(walk.homes[0].head_name)
    assert stored(session) == []
    sign_in(held.context, site, make, held.net, walk.volunteer)
    page.goto("/today?day=2026-01-01")
    held.all_stored(1)
    (report,) = stored(session)
    assert report.volunteer_id == walk.volunteer.id


def test_an_update_of_the_site_takes_the_waiting_reports_along(
    phone, site, make: Make, session: Session
) -> None:
    held = phone(today_walk(make, 3))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    held.absent()
    site.app.extensions["asset_version"] = "0123456789ab"
    held.net.weather = Weather.CLEAR
    held.context.set_offline(True)
    page = held.reopen("/")
    held.absent()
    held.context.set_offline(False)
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    new = "caches.keys().then(all => all.includes('outreach-code-0123456789ab'))"
    held.until(lambda: bool(page.evaluate(new)), "no update")
    held.all_stored(2)
    assert [one.form_version for one in stored(session)] == [FORM_VERSION] * 2
    held.context.set_offline(True)
    page = held.reopen("/")  # and the new version opens without a signal as well
    expect(page.get_by_role("button", name="Vắng")).to_be_visible()


#: A disk is full when something is put, or only when what was put is to be made durable.
FULL = {
    "at once": "IDBObjectStore.prototype.put = () => {"
    " throw new DOMException('', 'QuotaExceededError'); };",
    "at the end": "const put = IDBObjectStore.prototype.put;"
    " IDBObjectStore.prototype.put = function (...given) {"
    "   const asked = put.apply(this, given);"
    "   asked.addEventListener('success', () => this.transaction.abort());"
    "   return asked; };",
}


@pytest.mark.parametrize("when", list(FULL))
def test_a_full_disk_is_said_and_the_report_goes_straight_to_the_server(
    phone, make: Make, session: Session, when: str
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    page.evaluate(f"() => {{ {FULL[when]} }}")
    page.get_by_role("button", name="Vắng").tap()
    expect(page.get_by_text("Máy không giữ được báo cáo")).to_be_visible()
    expect(held.heading()).to_have_text(walk.homes[0].head_name)  # nothing pretends it was kept
    held.context.set_offline(False)
    page.get_by_role("button", name="Vắng").tap()
    expect(held.heading()).to_have_text(walk.homes[1].head_name)
    held.until(lambda: len(stored(session)) == 1, "not stored")


def test_an_eviction_is_noticed_and_said(phone, make: Make) -> None:
    held = phone(today_walk(make, 2))
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    expect(page.locator(".strip")).to_contain_text("1 báo cáo")
    page.evaluate(
        "new Promise((done) => { indexedDB.deleteDatabase('outreach').onsuccess = done; })"
    )
    held.context.set_offline(False)
    page = held.reopen("/today?day=2026-01-01")
    expect(page.locator(".strip")).to_contain_text("Trình duyệt đã xóa 1 báo cáo chưa gửi")
    page.get_by_role("button", name="Tôi đã xem").tap()
    page.reload()
    expect(page.locator(".strip")).not_to_contain_text("đã xóa")


def test_reports_that_wait_too_long_are_warned_about(phone, make: Make) -> None:
    held = phone(today_walk(make, 2))
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    page.clock.install(time=clock.now() + timedelta(hours=13))
    page.goto("/today/end")
    expect(page.locator(".strip")).to_contain_text("quá 12 giờ")


def test_without_a_service_worker_reports_are_kept_all_the_same(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk, service_workers="block")
    page = held.open(f"/stops/{walk.stops[0].id}")
    page.wait_for_load_state("networkidle")  # the page is awake
    held.net.weather = Weather.BROKEN
    held.context.set_offline(True)
    page.get_by_role("button", name="Vắng").tap()
    expect(page.get_by_text("Đã giữ trên máy")).to_be_visible()
    held.net.weather = Weather.CLEAR
    held.context.set_offline(False)
    held.all_stored(1)
    assert len(stored(session)) == 1


def test_revoking_all_phones_does_not_touch_what_they_hold(
    phone, site, make: Make, session: Session
) -> None:
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
    sign_in(held.context, site, make, held.net, walk.volunteer)
    held.reopen("/today")
    held.all_stored(1)
    assert re.match(r"http", held.page.url)


def test_the_browser_is_asked_to_keep_the_reports_and_to_wake_the_worker(phone, make: Make) -> None:
    held = phone(today_walk(make, 2))
    # the shell without windows has no background sync: there it is only heard what is asked for
    held.context.add_init_script(
        "navigator.storage.persist = async () => { localStorage.asked = 'yes'; return true; };"
        "const register = SyncManager.prototype.register;"
        "SyncManager.prototype.register = function (tag) {"
        "  localStorage.sync = tag; return register.call(this, tag); };"
    )
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    held.until(lambda: page.evaluate("localStorage.asked") == "yes", "storage may be thrown away")
    tags = """navigator.serviceWorker.ready.then((one) => one.sync.getTags()).catch((problem) => {
        if (!String(problem).includes("Background Sync is disabled")) throw problem;
        return [localStorage.sync];
    })"""
    held.until(lambda: page.evaluate(tags) == ["outbox"], "no background sync")


def test_the_browser_wakes_the_worker_and_it_sends_with_no_page_open(
    phone, make: Make, session: Session
) -> None:
    held = phone(today_walk(make, 3))
    page = held.ready()
    page.goto("/")
    held.net.weather = Weather.BROKEN
    held.absent()
    held.until(lambda: held.meta("pause") is not None, "it was not tried")
    nothing = held.context.new_page()  # of no site: only for asking the browser
    browser = held.context.new_cdp_session(nothing)
    known: list[dict[str, Any]] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    browser.send("ServiceWorker.enable")
    held.until(lambda: any(one["scopeURL"] == f"{held.net.url}/" for one in known), "no worker")
    page.close()
    held.net.weather = Weather.CLEAR
    nothing.wait_for_timeout(500)
    assert [one.url for one in held.context.pages] == ["about:blank"]
    assert stored(session) == []
    (worker,) = {one["registrationId"] for one in known if one["scopeURL"] == f"{held.net.url}/"}
    browser.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": held.net.url,
            "registrationId": worker,
            "tag": "outbox",
            "lastChance": False,
        },
    )
    assert len(arrived(nothing, session)) == 1
    held.reopen("/today/end")
    assert held.states() == ["stored"]


def test_a_tap_before_the_page_is_awake_is_caught_by_the_worker(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk)
    held.ready()
    held.context.set_offline(True)
    page = held.open("/")
    page.evaluate(
        """() => {
          const form = document.querySelector("form.answers");
          const said = Object.assign(document.createElement("input"), { name: "outcome", value: "nobody_home", hidden: true });
          form.append(said);
          form.submit();  // past every listener, as if no module had come yet
        }"""  # noqa: E501
    )
    expect(held.heading()).to_have_text(walk.homes[1].head_name)
    assert held.states() == ["waiting"]
    held.context.set_offline(False)
    held.all_stored(1)
    (report,) = stored(session)
    assert (report.stop_id, report.outcome) == (walk.stops[0].id, Outcome.NOBODY_HOME)
