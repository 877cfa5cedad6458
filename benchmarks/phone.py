"""The volunteer's phone: what the first useful paint costs, and how soon a morning is sent.

A slow line (400 kbit/s, 300 ms) and a slow phone (6 × slower), by Chromium's own throttling. It
does not reach a service worker, so pages are measured without one, and the pack's pages apart.
"""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks import arrange, load, phone_server
from benchmarks.report import Row, write

ROUNDS, REPORTS = 3, 30
LINE = {"latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 6
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
#: When the page was first of use, and what had come by then.
PAINTED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const came = [page, ...performance.getEntriesByType("resource")].filter(
    (one) => one.responseEnd <= painted && one.transferSize > 0);
  return { ms: painted, requests: came.length, bytes: came.reduce((sum, one) => sum + one.transferSize, 0) };
}"""  # noqa: E501
KEEP = """async (stops) => {
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
WAITING = """() => new Promise((resolve) => {
  const asked = indexedDB.open("outreach", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("reports").objectStore("reports").getAll();
    all.onsuccess = () => {
      asked.result.close();
      resolve(all.result.filter((one) => one.state !== "stored").length);
    };
  };
})"""


@dataclass(frozen=True, slots=True)
class Painted:
    """One opening of a page."""

    ms: float
    requests: float
    bytes: float


def main() -> bool:
    return write("phone", rows())


def rows() -> Iterator[Row]:
    """Our day page beside its Bootstrap + htmx peer, then the outbox, then the server's share."""
    from tests import machine

    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder, sync_playwright() as play:
        url, secret = f"sqlite:///{folder}/site.sqlite", secrets.token_hex()
        walker = _arranged(url, secret, Path(folder))
        ours = {"OUTREACH_DATABASE_URL": url, "OUTREACH_SECRET_KEY": secret}
        browser = play.chromium.launch(executable_path=machine.chromium(), args=FLAGS)
        with (
            load.served("app:app", ours) as site,
            load.served("benchmarks.peer_phone:app", {"PEER_FOLDER": folder}) as peer,
        ):
            yield from _paints(browser, site.port, peer.port, walker)
            yield from _pack(browser, site.port, walker)
            yield _flush(browser, site.port, walker)
        browser.close()
    yield from phone_server.rows()


def _arranged(url: str, secret: str, folder: Path) -> arrange.Walker:
    from benchmarks import peer_phone
    from outreach.accounts.models import Role, User
    from outreach.core import clock, migrate
    from outreach.visits import queries as visits

    app = arrange.application(url, secret)
    migrate.upgrade(app.db.engine)
    (walker,) = arrange.walkers(app, count=1)
    with app.db.sessions() as session:
        user = session.query(User).filter_by(role=Role.VOLUNTEER).one()
        day = visits.day_of(session, user, clock.today(app.settings.zone))
        peer_phone.write(app, day, folder)
    app.db.dispose()
    return walker


def _paints(browser: Browser, ours: int, peer: int, walker: arrange.Walker) -> Iterator[Row]:
    found = {"ours": ([], []), "peer": ([], [])}
    for _ in range(ROUNDS):
        for name, port in (("ours", ours), ("peer", peer)):
            for kept, painted in zip(
                found[name], _cold_and_warm(browser, port, walker), strict=True
            ):
                kept.append(painted)
    for at, what in enumerate(("cold", "warm")):
        mine, other = _middle(found["ours"][at]), _middle(found["peer"][at])
        name = f"day page, {what}: first paint, against Bootstrap + htmx"
        yield Row(name, "ms", mine.ms, other.ms, 1.0, at_most=True)
        # warm, ours carries the parts that its modules fill in: printed, not judged
        bar = 1.0 if what == "cold" else None
        name = f"day page, {what}: bytes until then"
        yield Row(name, "B", mine.bytes, other.bytes, bar, at_most=True)
        yield Row(f"day page, {what}: requests until then", "", mine.requests, other.requests)


def _middle(found: list[Painted]) -> Painted:
    return Painted(
        *(statistics.median(getattr(one, name) for one in found) for name in Painted.__slots__)
    )


def _context(browser: Browser, port: int, walker: arrange.Walker, **options: Any) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, is_mobile=True,
        has_touch=True, locale="vi-VN", base_url=f"http://127.0.0.1:{port}", **options,
    )  # fmt: skip
    name, _, value = walker.cookie.partition("=")
    url = f"http://127.0.0.1:{port}"
    context.add_cookies([{"name": name, "value": value, "url": url}])
    return context


def _slowed(page: Page, *, line: bool = True) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if line:
        session.send("Network.emulateNetworkConditions", {"offline": False, **LINE})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def _cold_and_warm(browser: Browser, port: int, walker: arrange.Walker) -> tuple[Painted, Painted]:
    context = _context(browser, port, walker, service_workers="block")
    page = context.new_page()
    _slowed(page)
    painted = []
    for _ in range(2):
        page.goto("/today", wait_until="load")
        page.wait_for_load_state("networkidle")
        painted.append(Painted(**page.evaluate(PAINTED)))
    context.close()
    return painted[0], painted[1]


def _pack(browser: Browser, port: int, walker: arrange.Walker) -> Iterator[Row]:
    """The pack's size, and opening the site without a signal from it."""
    context = _context(browser, port, walker)
    page = context.new_page()
    page.goto("/today")
    kept = (
        "caches.keys().then((all) => all.filter((one) => one.startsWith('outreach-pack')).length)"
    )
    while not (page.evaluate(kept) and page.evaluate("!!navigator.serviceWorker.controller")):
        page.wait_for_timeout(50)
    asked = context.request.get("/today/pack", headers={"Accept": "application/json"})
    size = float(asked.headers["content-length"])
    yield Row("day pack for 35 homes, compressed", "B", size, 60_000, 1.0, at_most=True)
    context.set_offline(True)
    opened = []
    for _ in range(ROUNDS):
        page.close()
        page = context.new_page()
        _slowed(page, line=False)
        page.goto("/", wait_until="load")
        opened.append(page.evaluate(PAINTED)["ms"])
    yield Row("cold open without signal: next home painted", "ms",
              statistics.median(opened), 2000, 1.0, at_most=True)  # fmt: skip
    context.close()


def _flush(browser: Browser, port: int, walker: arrange.Walker) -> Row:
    context = _context(browser, port, walker, service_workers="block")
    page = context.new_page()
    page.goto("/today")
    page.wait_for_load_state("networkidle")
    page.evaluate(KEEP, [[str(stop), str(uuid.uuid4())] for stop in walker.stops[:REPORTS]])
    _slowed(page)
    began = time.perf_counter()
    page.evaluate("document.dispatchEvent(new Event('outreach-send'))")
    while page.evaluate(WAITING):
        page.wait_for_timeout(20)
    took = time.perf_counter() - began
    context.close()
    name = f"{REPORTS} kept reports until the server's receipts are in"
    return Row(name, "s", took, 10.0, 1.0, at_most=True)
