"""The phone's pages as such: sound, big enough for a thumb, quick on a slow line."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from outreach.core import clock
from outreach.core.db import Session
from tests.browser.phone import QUEUE, Thumb, stored
from tests.browser.test_every_page import wrong_with
from tests.browser.test_visits import today_walk
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

#: What a thumb has to hit, with what it measures; words inside a sentence are no targets.
TARGETS = """() => [...document.querySelectorAll(
  "button, summary, .button, .answer, .choice, .strip-line[href], .bar a, select, textarea, "
  + "input:not([type=hidden],[type=radio],[type=checkbox])"
)].filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip"))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 47.5 || box.width < 47.5))
  .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def small(page: Page) -> list[str]:
    found: list[str] = page.evaluate(TARGETS)
    return found


def test_every_phone_page_is_sound_also_with_reports_waiting_and_large_text(
    phone, make: Make, shoot
) -> None:
    walk = today_walk(make, 4, announced=True, phones=True, born=(1950, 1984))
    held = phone(walk)
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/")
    held.absent()
    held.met()
    faults: dict[str, list[str]] = {}
    for path in (
        "/today",
        "/today/end",
        "/today/practice",
        f"/stops/{walk.stops[2].id}",
        "/nowhere",
    ):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            page.wait_for_timeout(150)
            shoot(page, f"phone-{path.split('/')[-1][:8]}-{scheme}")
            found = [*wrong_with(page), *small(page)]
            page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice as large
            if (wide := page.evaluate(WIDE)) > 1:  # the browser rounds
                found.append(f"{wide} px too wide at 200 %")
            if found:
                faults[f"{path} {scheme}"] = found
    assert faults == {}


def test_practice_shows_the_taps_and_stores_nothing(phone, make: Make, session: Session) -> None:
    held = phone(today_walk(make, 2))
    page = held.ready()
    held.context.set_offline(True)
    page.goto("/today/practice")
    steps = page.locator(".practice > .reveal:visible")
    for number, name in ((1, "Vắng"), (2, "Gặp"), (3, "Lưu")):
        expect(steps).to_have_count(1)
        expect(steps).to_contain_text(f"Bước {number}/4")
        steps.get_by_role("link", name=name).tap()
    expect(steps).to_contain_text("Máy chủ đã lưu")
    assert held.states() == []
    assert stored(session) == []


def test_thirty_reports_arrive_within_ten_seconds_on_a_slow_line(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 30)
    held = phone(walk, service_workers="block")  # the browser slows down pages, not workers
    page = held.open("/today")
    page.wait_for_load_state("networkidle")
    page.evaluate(QUEUE, [[str(stop.id), str(uuid4())] for stop in walk.stops])
    line = held.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 300,
            "downloadThroughput": 400_000 / 8,
            "uploadThroughput": 400_000 / 8,
        },
    )
    began = time.monotonic()
    page.evaluate("document.dispatchEvent(new Event('outreach-send'))")
    held.all_stored(30)
    took = time.monotonic() - began
    assert held.net.asked["POST /outbox"] == 1
    assert len(stored(session)) == 30
    assert took <= 10, f"{took:.1f} s"


def test_the_place_is_taken_at_the_tap_and_never_keeps_a_report_back(
    phone, make: Make, session: Session
) -> None:
    walk = today_walk(make, 3)
    held = phone(walk, permissions=["geolocation"])  # allowed, but no satellite in sight
    page = held.ready()
    page.goto("/")
    thumb = Thumb()
    thumb.tap(page.get_by_role("button", name="Vắng"))
    expect(held.heading()).to_have_text(walk.homes[1].head_name)
    held.all_stored(1)
    held.context.set_geolocation({"latitude": 10.9, "longitude": 106.7, "accuracy": 20})
    held.absent()
    held.all_stored(2)
    first, second = stored(session)
    assert first.latitude is None
    assert (second.latitude, second.accuracy_m) == (10.9, 20)
    assert first.made_at <= second.made_at <= clock.now()
    assert thumb.taps == 1


def test_numbers_are_masked_until_somebody_taps(phone, make: Make) -> None:
    walk = today_walk(make, 1, phones=True)
    held = phone(walk)
    held.ready()
    page = held.open("/")
    number = page.locator("a[href^='tel:']")
    expect(number).to_be_hidden()
    page.locator(".masked summary").tap()
    expect(number).to_be_visible()
