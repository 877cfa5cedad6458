"""A volunteer's phone for tests: a mobile browser behind a network of ours, and what it holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from outreach.accounts.models import User
from outreach.core.db import Session
from outreach.visits.models import Report
from tests.browser.conftest import SIZES, Site, session_cookie
from tests.browser.network import Network
from tests.factories import Make
from tests.factories.visits import Walk

#: What the phone keeps, read as a page would.
KEPT = """async (store) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("outreach", 1);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => resolve([]);
  asked.onsuccess = () => {
    const all = asked.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => { asked.result.close(); resolve(all.result); };
    all.onerror = () => reject(all.error);
  };
})"""
#: Puts reports into the outbox as a morning of taps would have.
QUEUE = """async (stops) => {
  const base = document.querySelector("script[src]").src.replace(/main\\.js$/, "");
  const { keep } = await import(base + "outbox.js");
  const { day } = document.querySelector("[data-phone]").dataset;
  for (const [stop, id] of stops) {
    const fields = new URLSearchParams({
      report_id: id, made_at: new Date().toISOString(), form_version: 1, outcome: "nobody_home",
      note: "Hàng xóm nói đi làm đến tối mới về",
    });
    await keep(`/stops/${stop}/report`, fields, { kind: "report", stop, day });
  }
}"""
PATIENCE_S = 20.0


class Thumb:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        expect(what).to_be_visible()
        box = what.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 47, f"{what} is too small for a thumb"
        what.tap()
        self.taps += 1


def stored(session: Session) -> list[Report]:
    """What the server has now; the transaction is over at once, so that it can go on storing."""
    session.rollback()
    found = list(session.scalars(sa.select(Report).order_by(Report.made_at)))
    session.expunge_all()
    session.rollback()
    return found


def arrived(
    page: Page, session: Session, enough: Callable[[list[Report]], object] = bool
) -> list[Report]:
    """Wait for reports that the phone sends by itself; what the server has of them then."""
    end = time.monotonic() + PATIENCE_S
    while not enough(found := stored(session)):
        assert time.monotonic() < end, f"only {found} arrived"
        page.wait_for_timeout(40)
    return found


@dataclass
class Phone:
    """One volunteer's browser. It stays the same through restarts of its tabs."""

    context: BrowserContext
    net: Network
    walk: Walk
    page: Page

    def open(self, path: str = "/") -> Page:
        self.page.goto(path)
        return self.page

    def reopen(self, path: str = "/") -> Page:
        """The tab was killed; the browser is opened again."""
        self.page.close()
        self.page = self.context.new_page()
        return self.open(path)

    def ready(self) -> Page:
        """In the morning, with a signal: until the whole day is on the phone."""
        self.open("/today")
        awake = "navigator.serviceWorker.controller !== null"
        self.until(lambda: bool(self.page.evaluate(awake)), "no service worker")
        self.until(lambda: bool(self.meta("pack")), "no pack came")
        return self.page

    def kept(self, store: str = "reports") -> list[dict[str, Any]]:
        for _ in range(50):
            try:
                return cast("list[dict[str, Any]]", self.page.evaluate(KEPT, store))
            except Error:  # the next home came meanwhile
                self.page.wait_for_timeout(40)
        raise AssertionError("the page does not rest")

    def meta(self, name: str) -> dict[str, Any] | None:
        return next((one for one in self.kept("meta") if one["id"] == name), None)

    def states(self) -> list[str]:
        """Of every report, in the order they were made."""
        return [one["state"] for one in sorted(self.kept(), key=lambda one: one["kept_at"])]

    def until(self, true: Callable[[], bool], why: str, patience_s: float = PATIENCE_S) -> None:
        """Wait, with the browser going on, until it is so."""
        end = time.monotonic() + patience_s
        while not true():
            assert time.monotonic() < end, why
            self.page.wait_for_timeout(40)

    def all_stored(self, count: int) -> None:
        self.until(
            lambda: self.states().count("stored") == count,
            f"not {count} stored: {self.states()}",
        )

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def absent(self) -> None:
        """One tap: nobody home."""
        before = self.page.url
        self.page.get_by_role("button", name="Vắng").tap()
        self.page.wait_for_url(lambda url: url != before)

    def met(self, chip: str = "Công an đã thu nhận") -> None:
        """Four taps: met, who, what, save."""
        before = self.page.url
        self.page.get_by_role("link", name="Gặp").tap()
        self.page.locator("#met details summary").first.tap()
        self.page.locator("#met label").filter(has_text=chip).first.tap()
        self.page.get_by_role("button", name="Lưu").locator("visible=true").tap()
        self.page.wait_for_url(lambda url: url.split("#")[0] != before)


def phone_of(
    chromium: Browser, site: Site, make: Make, net: Network, walk: Walk, **options: Any
) -> Phone:
    """A mobile browser in which the walk's volunteer is signed in."""
    context = chromium.new_context(
        viewport=SIZES["phone"],  # type: ignore[arg-type]
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        base_url=net.url,
        **options,
    )
    sign_in(context, site, make, net, walk.volunteer)
    return Phone(context, net, walk, context.new_page())


def sign_in(context: BrowserContext, site: Site, make: Make, net: Network, user: User) -> None:
    """As signing in would have done."""
    cookies = [
        {"name": "language", "value": "vi", "url": net.url},
        {"name": "outreach", "value": session_cookie(site, make, user), "url": net.url},
    ]
    context.add_cookies(cookies)  # type: ignore[arg-type]
